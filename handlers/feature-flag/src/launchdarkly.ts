import { allInOrder, type SymError } from "@sym/lambda-core";
import * as v from "valibot";
import type { Call, Provider } from "./feature-flag.ts";
import {
  type Answer,
  createRest,
  noResource,
  type Rest,
  refusal,
  refused,
  toggleReading,
  untilDone,
} from "./feature-flag-rest.ts";
import { flagPath, type Listed, listScheduled, schedule, unschedule } from "./launchdarkly-expiry.ts";
import type { FlagAccess } from "./resolve.ts";
import type { Connection } from "./settings.ts";

const system = "LaunchDarkly";

const targets = v.optional(
  v.array(
    v.object({ values: v.array(v.string()), variation: v.number(), contextKind: v.optional(v.string()) }),
  ),
  [],
);
const flagShape = v.object({
  archived: v.optional(v.boolean()),
  variations: v.array(v.object({ _id: v.string(), name: v.optional(v.string()), value: v.unknown() })),
  environments: v.record(v.string(), v.object({ on: v.boolean(), targets, contextTargets: targets })),
});
type Flag = v.InferOutput<typeof flagShape>;
type Environment = Flag["environments"][string];
type Instruction = { kind: string; [parameter: string]: unknown };
/** What there was just before a change. */
type Seen = { now: { flag: Flag; environment: Environment }; scheduled: Listed | undefined };
/** What is to be changed in a flag as it is now; throws if it must not be. */
type Plan = (flag: Flag, environment: Environment) => Instruction[];

/**
 * LaunchDarkly's individual targets, and its switch of a flag's targeting. A person's state is the id of the variation
 * that they are individually targeted with, or `absent`; a toggle's is `on` or `off`.
 * Source: LaunchDarkly REST API, "Update feature flag" and "Update expiring context targets on feature flag".
 */
export function launchDarkly(connection: Connection): Provider {
  const rest = createRest(system, connection, "application/json; domain-model=launchdarkly.semanticpatch");

  return {
    async read(access, call) {
      const { flag, environment } = await getFlag(rest, access, call);
      if (!access.context) {
        const reading = toggleReading(access, environment.on);
        return { ...reading, sufficient: reading.sufficient && !flag.archived };
      }
      const variationId = access.variationId ?? variationOf(flag, access);
      const state = targetOf(flag, environment, access) ?? "absent";
      const added = access.added ?? state === "absent";
      return {
        state,
        sufficient: state === variationId && environment.on && !flag.archived,
        access: { ...access, variationId, granted: [variationId], ...(added && { added }) },
      };
    },

    async prepare(access, call): Promise<Seen> {
      const [now, scheduled] = await Promise.all([
        getFlag(rest, access, call),
        access.added && listScheduled(rest, access, call),
      ]);
      return { now, scheduled };
    },

    async grant(access, call, prepared) {
      const { now, scheduled } = (prepared ?? {}) as Partial<Seen>;
      const changed = await change(rest, access, call, now, (flag, environment) => {
        checkArchived(flag, access);
        if (!access.context) return flip(environment.on, access.variation);
        checkTargeting(environment, access);
        return move(access, targetOf(flag, environment, access), access.variationId);
      });
      // Only for somebody who had no target: LaunchDarkly would remove ours, and not put back the one before.
      if (access.added) await schedule(rest, access, call, changed, scheduled);
      return {};
    },

    async restore(access, state, call, prepared) {
      const { now: seen, scheduled } = (prepared ?? {}) as Partial<Seen>;
      await allInOrder([
        // It would otherwise remove a target that somebody else adds after our revoke.
        state === "absent" ? unschedule(rest, access, call, scheduled) : Promise.resolve(),
        change(rest, access, call, seen, (flag, environment) => {
          if (!access.context) return flip(environment.on, state);
          const now = targetOf(flag, environment, access);
          return now === access.variationId ? move(access, now, state === "absent" ? undefined : state) : [];
        }),
      ]);
      return {};
    },

    async abandon(access, call) {
      if (access.added) await unschedule(rest, access, call);
    },
  };
}

async function getFlag(rest: Rest, access: FlagAccess, call: Call) {
  const path = `${flagPath(access)}?env=${access.environment}`;
  const project = `/api/v2/projects/${access.project}`;
  const answer = await rest(call, "GET", path);
  if (answer.status === 404) {
    // Who sees a project sees its flags.
    const seen = await rest(call, "GET", project);
    throw seen.status === 200 ? noFlag(access) : hiddenProject(access);
  }
  if (answer.status !== 200) throw refusal(system, answer, `read flag ${access.flag}`);
  const flag = v.parse(flagShape, answer.body);
  const environment = flag.environments[access.environment];
  if (environment) return { flag, environment };
  const listed = await rest(call, "GET", `${project}/environments/${access.environment}`);
  if (listed.status !== 404)
    throw refusal(system, listed, `read flag ${access.flag} in environment ${access.environment}`);
  throw noResource(
    `LaunchDarkly project ${access.project} has no environment ${access.environment}; correct the target's setting environment`,
  );
}

/**
 * Makes the changes that a plan finds necessary, in one patch. Returns whether any was. What was `seen` a moment ago
 * serves the first attempt: LaunchDarkly refuses a patch to which it does not fit any more, and then we look anew.
 */
async function change(
  rest: Rest,
  access: FlagAccess,
  call: Call,
  seen: Seen["now"] | undefined,
  plan: Plan,
): Promise<boolean> {
  let changed = false;
  let known = seen;
  await untilDone(system, call, async () => {
    const isKnown = known !== undefined;
    const { flag, environment } = known ?? (await getFlag(rest, access, call));
    known = undefined;
    const instructions = plan(flag, environment);
    if (instructions.length === 0) return true;
    changed = true;
    const body = { comment: call.comment, environmentKey: access.environment, instructions };
    const answer = await rest(call, "PATCH", flagPath(access), body);
    if (answer.status === 409 || (isKnown && answer.status === 400)) return false;
    if (answer.status !== 200) throw refusedChange(access, answer);
    return true;
  });
  return changed;
}

/** From one variation to another in one patch: LaunchDarkly refuses to have somebody in two. */
function move({ context }: FlagAccess, from: string | undefined, to: string | undefined): Instruction[] {
  if (from === to) return [];
  const target = { contextKind: context?.kind, values: [context?.key] };
  return [
    ...(from === undefined ? [] : [{ kind: "removeTargets", variationId: from, ...target }]),
    ...(to === undefined ? [] : [{ kind: "addTargets", variationId: to, ...target }]),
  ];
}

function flip(on: boolean, wanted: string): Instruction[] {
  if (on === (wanted === "on")) return [];
  return [{ kind: on ? "turnFlagOff" : "turnFlagOn" }];
}

/** The id of the variation that the person is individually targeted with. There can be only one. */
function targetOf(flag: Flag, { targets, contextTargets }: Environment, { context }: FlagAccess) {
  const found = [...targets, ...contextTargets].find(
    ({ values, contextKind = "user" }) => contextKind === context?.kind && values.includes(context.key),
  );
  return found && flag.variations[found.variation]?._id;
}

/** By id, else by name, else by value. */
function variationOf({ variations }: Flag, { variation, flag }: FlagAccess): string {
  const text = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
  const [match = []] = [
    variations.filter(({ _id }) => _id === variation),
    variations.filter(({ name }) => name === variation),
    variations.filter(({ value }) => text(value) === variation),
  ].filter(({ length }) => length > 0);
  if (match.length === 1 && match[0]) return match[0]._id;
  const known = variations.map(({ name, value }) => name ?? text(value)).join(", ");
  throw refused(
    `LaunchDarkly flag ${flag} has ${match.length === 0 ? "no" : "more than one"} variation "${variation}" (it has ${known}); correct the target's setting variation`,
  );
}

function checkArchived({ archived }: Flag, access: FlagAccess) {
  if (archived)
    throw refused(`${nameOf(access)} is archived, so no variation of it can be given; restore it first`);
}

/** With targeting off, nobody is served their individual variation; and switched on, it is for everybody. */
function checkTargeting({ on }: Environment, access: FlagAccess) {
  if (!on)
    throw refused(
      `Targeting of ${nameOf(access)} is off, and switching it on for one person would switch it on for everybody; switch it on there first`,
    );
}

function nameOf({ flag, project, environment }: FlagAccess): string {
  return `LaunchDarkly flag ${flag} in ${project}/${environment}`;
}

function refusedChange(access: FlagAccess, answer: Answer): SymError {
  const { flag, project, environment } = access;
  if (answer.status === 404) return noFlag(access);
  if (answer.status === 405)
    return refused(
      `LaunchDarkly wants an approval for changes of flag ${flag} in ${project}/${environment}; ask for one there, or allow bypassRequiredApproval in the role of the token`,
    );
  return refusal(system, answer, `change flag ${flag} in ${project}/${environment}`);
}

function noFlag({ flag, project }: FlagAccess): SymError {
  return noResource(`LaunchDarkly project ${project} has no flag ${flag}; correct the target's setting flag`);
}

function hiddenProject({ project }: FlagAccess): SymError {
  return refused(
    `There is no LaunchDarkly project ${project} that the token can see; correct the target's setting project, or let the token's role view it`,
  );
}
