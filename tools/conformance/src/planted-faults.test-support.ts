import type { PlantedFault } from "./planted.test-support.ts";

/** The planted faults. The named scene must fail for each, with a reason that matches `seen`. */
export const planted: (PlantedFault & { fault: string; scene: string; seen: RegExp })[] = [
  {
    fault: "the grant is not idempotent: a grant to a member fails",
    file: "iam-group",
    text: `await (state === member ? add(caller, access) : remove(caller, access));
      return {};
    },
  };
}

function readingOf({ access, groups }: IamMembership): Reading<GroupAccess> {
  const isMember = groups.some(({ GroupId }) => GroupId === access.resource);
  return { access, state: isMember ? member : absent, effect: "by-state" };`,
    instead: `if (state === member && access.isMember) throw refused("The user is a member already");
      await (state === member ? add(caller, access) : remove(caller, access));
      return {};
    },
  };
}

function readingOf({ access, groups }: IamMembership): Reading<GroupAccess> {
  const isMember = groups.some(({ GroupId }) => GroupId === access.resource);
  return { access: { ...access, isMember }, state: absent, effect: "by-state" };`,
    scene: "escalate twice",
    seen: /^One of two escalates .+ was answered "refused: .+" instead of granted/,
  },
  {
    fault: "the revoke removes standing access, because no lease records the standing state",
    file: "index",
    text: "export const handler",
    instead: 'process.env["LEASES"] = "off";\nexport const handler',
    scene: "standing access",
    seen: /^After the deescalate of standing access, robin.requester does not have the access$/,
  },
  {
    fault: "each request is a lease of its own",
    file: "iam-group",
    text: "return { ...readingOf(found), wanted: member };",
    instead: `const access = { ...found.access, host: found.access.host + request.runId };
      return { ...readingOf({ ...found, access }), wanted: member };`,
    scene: "overlapping",
    seen: /^After the end of the first of two requests, robin.requester does not have the access$/,
  },
  {
    fault: "the revoke removes nothing",
    file: "iam-group",
    text: "await (state === member ? add(caller, access) : remove(caller, access));",
    instead: "if (state === member) await add(caller, access);",
    scene: "deescalate",
    seen: /^After the deescalate, robin.requester has the access$/,
  },
  {
    fault: "an error of the revoke is swallowed",
    file: "iam-group",
    text: "if (!isAwsError(error, NoSuchEntityException)) throw error;\n    if (await isMember",
    instead: "if (!isAwsError(error, NoSuchEntityException)) return;\n    if (await isMember",
    scene: "system down",
    seen: /^A deescalate that could not be carried out was answered "revoked", without an error$/,
  },
  {
    fault: "the text of the system's own error is leaked",
    file: "iam-group",
    text: "throw error;\n    await findByIds(caller, access);",
    instead: "throw refused(String(error.cause));\n    await findByIds(caller, access);",
    scene: "nothing secret in answer",
    seen: /^an answer holds "is not authorized to perform": /,
  },
  {
    fault: "bad input throws, because the payload is read before the check",
    file: "index",
    text: 'import { createLeasedHandler } from "@sym/leases";',
    instead: `import { createLeasedHandler as create } from "@sym/leases";
      const createLeasedHandler = (...of) => {
        const handler = create(...of);
        return async (event, context) => handler({ ...event, id: event.run?.srn.split(":").pop() }, context);
      };`,
    scene: "hostile payloads",
    seen: /^not-an-object-null: the handler gave no answer: TypeError: /,
  },
  {
    fault: "the reason of a request is logged",
    file: "resolve",
    text: "const userName = accountNameOf(request.requester, rule, userNames);",
    instead: `const userName = accountNameOf(request.requester, rule, userNames);
      console.log(JSON.stringify({ reason: request.fields.reason }));`,
    scene: "nothing secret in log",
    seen: /^the log holds "Restart the stuck importer": /,
  },
  {
    fault: "an unknown requester is taken for a member",
    file: "iam-lookup",
    text: "if (!user)\n    throw",
    instead: `if (!user) {
    const nobody = { ...names, subject: "", resource: "", names: namesOf(names) };
    return { access: nobody, groups: [{ GroupId: "" }] };
  }
  if (user === null)
    throw`,
    scene: "unknown user",
    seen: /^The escalate of an unknown requester was answered "already-had-access", without an error$/,
  },
  {
    fault: "the error does not name the missing group",
    file: "iam-lookup",
    text: "if (!group)",
    instead: `if (!group) throw notFound("resource", "The group does not exist; create it");
  if (!group)`,
    scene: "unknown resource",
    seen: /^no error names no-such-group: /,
  },
  {
    fault: "the run id is joined with the requester's name before the record",
    file: "index",
    text: 'import { createLeasedHandler } from "@sym/leases";',
    instead: `import { createLeasedHandler as create } from "@sym/leases";
      const createLeasedHandler = (...of) => {
        const handler = create(...of);
        return async (event, context) => {
          const { username } = event.run.actors.request;
          const srn = event.run.srn + "-" + username.replace(/\\W/g, "-");
          return handler({ ...event, run: { ...event.run, srn } }, context);
        };
      };`,
    scene: "run id reused",
    seen: /^The escalate of another person with the same id was answered "granted", without an error$/,
  },
  {
    fault: "the ended runs are kept in a plain object",
    file: "index",
    text: 'import { createLeasedHandler } from "@sym/leases";',
    instead: `import { createLeasedHandler as create } from "@sym/leases";
      const createLeasedHandler = (...of) => {
        const handler = create(...of);
        const ended = {};
        return async (event, context) => {
          const run = event.run.srn.split(":").pop();
          const message = "This request has ended.";
          if (event.event.type === "escalate" && ended[run])
            return { body: { message, outcome: "refused" }, errors: [message] };
          if (event.event.type === "deescalate") ended[run] = true;
          return handler(event, context);
        };
      };`,
    scene: "hostile run ids",
    seen: /^The escalate with the id constructor was answered "refused: This request has ended\." instead of granted$/,
  },
  {
    fault: "the group's name is part of the lease's key",
    file: "iam-lookup",
    text: "access: { ...found, subject: user.id, ",
    instead: "access: { ...found, host: found.host + group.name, subject: user.id, ",
    scene: "renamed",
    seen: /^The escalate under the new name was answered "already-had-access" instead of granted$/,
  },
  {
    fault: "each answer is cached by the request id, and returned to a later delivery",
    file: "index",
    text: 'import { createLeasedHandler } from "@sym/leases";',
    instead: `import { createLeasedHandler as create } from "@sym/leases";
      const createLeasedHandler = (...of) => {
        const handler = create(...of);
        const answers = new Map();
        return async (event, context) => {
          const id = context.awsRequestId;
          if (!answers.has(id)) answers.set(id, await handler(event, context));
          return answers.get(id);
        };
      };`,
    scene: "duplicate delivery",
    seen: /^A delivery of the escalate that comes after the end was answered "granted", without an error$/,
  },
  {
    fault: "the forecast of a plan makes the change already",
    file: "iam-group",
    text: "async check(target, invocation) {",
    instead: `async forecast(reading, change, invocation) {
      await this.set(reading, change, invocation);
      return {};
    },
    async check(target, invocation) {`,
    scene: "plan changes nothing",
    seen: /^The plan of a first request wrote: AddUserToGroup$/,
  },
  {
    fault: "each plan leaves a record of its run",
    file: "index",
    text: 'import { createLeasedHandler } from "@sym/leases";',
    instead: `import { createLeasedHandler as create } from "@sym/leases";
      const createLeasedHandler = (...of) => {
        const handler = create(...of);
        return async (event, context) => {
          const srn = event.run?.srn + "-planned";
          if (event.event?.type === "plan")
            await handler({ ...event, event: { type: "deescalate" }, run: { ...event.run, srn } }, context);
          return handler(event, context);
        };
      };`,
    scene: "plan changes nothing",
    seen: /^The plan of a first request wrote: UpdateItem$/,
  },
  {
    fault: "no role includes another, so a lowered role is taken for a change by others",
    handler: "github-team",
    file: "team-states",
    text: "return hasRoleOf(state, wanted) && !(isActiveWanted && isPending(state));",
    instead: "return wanted === absent;",
    scene: "own hand",
    seen: /^After the end of a request whose role was lowered by hand, robin.requester has the access$/,
  },
  {
    fault: "a member of the team keeps the earlier role",
    handler: "github-team",
    file: "github-team",
    text: "if (isPending(state)) return keepInvited(",
    instead: `if (current !== absent) return {};
      if (isPending(state)) return keepInvited(`,
    scene: "two roles",
    seen: /^After the escalate of the stronger role, robin.requester does not have the stronger role$/,
  },
];
