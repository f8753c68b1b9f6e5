import type { PlantedFault } from "./planted.test-support.ts";

/** Each is caught by its scene, which then says what it has `seen`. */
export const planted: (PlantedFault & { fault: string; scene: string; seen: RegExp })[] = [
  {
    fault: "the grant is not idempotent: it fails for a member, and the look does not spare it",
    file: "iam-group",
    text: `return { state: member ? "member" : "absent", sufficient: member, access: found.access };
    },

    // For a user who is a member already, AWS accepts the call and changes nothing.
    async grant(access, invocation) {`,
    instead: `return { state: member ? "member" : "absent", sufficient: false, access: { ...found.access, member } };
    },

    async grant(access, invocation) {
      if (access.member) throw refused("The user is a member already");`,
    scene: "escalate twice",
    seen: /^One of two escalates .+ was answered "refused: .+" instead of granted/,
  },
  {
    fault: "the revoke removes standing access, because nothing is kept of what was there before",
    file: "index",
    text: "export const handler",
    instead: 'process.env["LEASES"] = "off";\nexport const handler',
    scene: "standing access",
    seen: /^After the deescalate of standing access, robin.requester does not have the access$/,
  },
  {
    fault: "each request is a lease of its own",
    file: "resolve",
    text: "return {\n    subject: ",
    instead: "return {\n    subject: request.runId + ",
    scene: "overlapping",
    seen: /^After the end of the first of two requests, robin.requester does not have the access$/,
  },
  {
    fault: "the revoke removes nothing",
    file: "iam-group",
    text: 'if (state !== "absent") return {};',
    instead: "return {};",
    scene: "deescalate",
    seen: /^After the deescalate, robin.requester has the access$/,
  },
  {
    fault: "an error of the revoke is swallowed",
    file: "iam-group",
    text: 'throw toSymError(error, { action: "iam:RemoveUserFromGroup", on: access.names.resource });',
    instead: "",
    scene: "system down",
    seen: /^A deescalate that could not be carried out was answered "revoked", without an error$/,
  },
  {
    fault: "the text of the system's own error is leaked",
    file: "iam-group",
    text: 'throw toSymError(error, { action: "iam:AddUserToGroup", on: access.names.resource });',
    instead: "throw refused(String(error));",
    scene: "nothing secret in answer",
    seen: /^an answer holds "is not authorized to perform": /,
  },
  {
    fault: "bad input makes it throw, because it reads the payload before it is checked",
    file: "index",
    text: 'import { createLeasedHandler } from "@sym/leases";',
    instead: `import { createLeasedHandler as create } from "@sym/leases";
      const createLeasedHandler = (...of) => {
        const handler = create(...of);
        return async (event, context) => handler({ ...event, id: event.run?.srn.split(":").pop() }, context);
      };`,
    scene: "hostile payloads",
    seen: /^not-an-object-null: there was no answer: TypeError: /,
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
    fault: "whoever is not known is taken for somebody with access",
    file: "iam-lookup",
    text: "if (user === undefined) throw",
    instead: `if (user === undefined)
        return { access: { ...access, ids: { user: "", group: "" } }, memberships: [{ GroupId: "" }] };
      if (user === null) throw`,
    scene: "unknown user",
    seen: /^The escalate of somebody unknown was answered "already-had-access", without an error$/,
  },
  {
    fault: "the error does not say which group is not there",
    file: "iam-lookup",
    text: "if (group === undefined)",
    instead: `if (group === undefined) throw notFound("resource", "The group does not exist; create it");
      if (group === undefined)`,
    scene: "unknown resource",
    seen: /^no error names no-such-group: /,
  },
];
