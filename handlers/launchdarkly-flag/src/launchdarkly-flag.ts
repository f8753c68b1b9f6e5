import { checkVariation } from "@sym/flags";
import { createJsonClient } from "@sym/http-client";
import { allInOrder, type Invocation, refused, type TargetSystem } from "@sym/lambda-core";
import { getScheduled, type Scheduled, schedule, unschedule } from "./launchdarkly-expiry.ts";
import {
  changeFlag,
  type Environment,
  type Flag,
  type Found,
  getFlag,
  type Instruction,
} from "./launchdarkly-requests.ts";
import { type FlagAccess, resolve } from "./resolve.ts";
import { type LaunchDarklySettings, readTarget } from "./settings.ts";

/** The flag, and the scheduled removal of the person's target, just before a change. */
type Seen = { now: Found; scheduled: Scheduled | undefined };

/**
 * LaunchDarkly's individual targets, and its switch of a flag's targeting. A person's state is the id of the variation
 * that they are individually targeted with, or `absent`; a toggle's is `on` or `off`.
 * Source: LaunchDarkly REST API, "Update feature flag" and "Update expiring context targets on feature flag".
 */
export function launchDarklyFlag(settings: LaunchDarklySettings): TargetSystem<FlagAccess, Seen> {
  const client = createJsonClient(settings.connection, {
    resource: "the flag",
    contentType: "application/json; domain-model=launchdarkly.semanticpatch",
  });

  return {
    absent: "absent",
    staleReadMs: 0,

    async resolve(request) {
      return resolve(request, settings);
    },

    async read(access, invocation) {
      checkVariation(access, invocation, (request) => readTarget(request).variation);
      const { flag, environment } = await getFlag(client, access, invocation);
      if (!access.context) {
        const state = environment.on ? "on" : "off";
        const sufficient = state === access.variation && !flag.archived;
        return { state, sufficient, access: { ...access, granted: [access.variation] } };
      }
      const variationId = access.variationId ?? variationOf(flag, access);
      const state = targetOf(flag, environment, access) ?? "absent";
      const added = isAdded(access, state, invocation);
      return {
        state,
        sufficient: state === variationId && environment.on && !flag.archived,
        access: { ...access, variationId, granted: [variationId], ...(added && { added: true }) },
      };
    },

    async prepare(access, _change, invocation) {
      const [now, scheduled] = await Promise.all([
        getFlag(client, access, invocation),
        access.added && getScheduled(client, access, invocation),
      ]);
      return { now, scheduled };
    },

    async grant(access, invocation, seen) {
      const plan = (flag: Flag, environment: Environment) => {
        checkArchived(flag, access);
        if (!access.context) return flip(environment.on, access.variation);
        checkTargeting(environment, access);
        return move(access, targetOf(flag, environment, access), access.variationId);
      };
      const { changed, after } = await changeFlag(client, access, invocation, seen?.now, plan);
      // Only for a person who had no target: LaunchDarkly would remove ours, and not put back the one before.
      if (access.added) await schedule(client, access, invocation, changed, seen?.scheduled);
      // LaunchDarkly takes a patch of a flag that was archived or switched off after our look, but it is no access. Not
      // before the end is scheduled: without leases, nothing else ends what was begun.
      if (after) checkArchived(after.flag, access);
      if (after && access.context) checkTargeting(after.environment, access);
      return {};
    },

    async restore(access, state, invocation, seen) {
      const plan = (flag: Flag, environment: Environment) => {
        if (!access.context) return flip(environment.on, state);
        const now = targetOf(flag, environment, access);
        return now === access.variationId ? move(access, now, state === "absent" ? undefined : state) : [];
      };
      await allInOrder([
        // It would otherwise remove a target that an administrator adds after our revoke.
        state === "absent" ? unschedule(client, access, invocation, seen?.scheduled) : Promise.resolve(),
        changeFlag(client, access, invocation, seen?.now, plan),
      ]);
      return {};
    },

    async abandon(access, invocation) {
      if (access.added) await unschedule(client, access, invocation);
    },
  };
}

/**
 * Whether the person had no variation before. A lease knows; at the end of a request, all but a few had none, and to
 * presume that saves a second look, since leases look again where theirs is another access.
 */
function isAdded({ variationId, added }: FlagAccess, state: string, { request }: Invocation): boolean {
  const isOfLease = variationId !== undefined;
  return isOfLease ? added === true : request?.type === "deescalate" || state === "absent";
}

/** From one variation to another in one patch: LaunchDarkly refuses to have a person in two. */
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
