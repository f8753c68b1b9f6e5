import { allInOrder } from "@sym/lambda-core";
import type { Call, Provider } from "./feature-flag.ts";
import { createRest, refused, toggleReading } from "./feature-flag-rest.ts";
import { type Listed, listScheduled, schedule, system, unschedule } from "./launchdarkly-expiry.ts";
import {
  changeFlag,
  type Environment,
  type Flag,
  type Found,
  getFlag,
  type Instruction,
} from "./launchdarkly-flag.ts";
import type { FlagAccess } from "./resolve.ts";
import type { Connection } from "./settings.ts";

/** What there was just before a change. */
type Seen = { now: Found; scheduled: Listed | undefined };

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
      const added = isAdded(access, state, call);
      return {
        state,
        sufficient: state === variationId && environment.on && !flag.archived,
        access: { ...access, variationId, granted: [variationId], ...(added && { added: true }) },
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
      const { changed, after } = await changeFlag(rest, access, call, now, (flag, environment) => {
        checkArchived(flag, access);
        if (!access.context) return flip(environment.on, access.variation);
        checkTargeting(environment, access);
        return move(access, targetOf(flag, environment, access), access.variationId);
      });
      // Only for somebody who had no target: LaunchDarkly would remove ours, and not put back the one before.
      if (access.added) await schedule(rest, access, call, changed, scheduled);
      // Archived or switched off between our look and our patch: LaunchDarkly does not mind, but it is no access. Not
      // before the end is scheduled: without leases, nothing else ends what was begun.
      if (after) checkArchived(after.flag, access);
      if (after && access.context) checkTargeting(after.environment, access);
      return {};
    },

    async restore(access, state, call, prepared) {
      const { now: seen, scheduled } = (prepared ?? {}) as Partial<Seen>;
      await allInOrder([
        // It would otherwise remove a target that somebody else adds after our revoke.
        state === "absent" ? unschedule(rest, access, call, scheduled) : Promise.resolve(),
        changeFlag(rest, access, call, seen, (flag, environment) => {
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

/**
 * Whether the person had no variation before. A lease knows; at the end of a request, all but a few had none, and to
 * presume that saves a second look, since leases look again where theirs is another access.
 */
function isAdded({ variationId, added }: FlagAccess, state: string, { type }: Call): boolean {
  const isOfLease = variationId !== undefined;
  return isOfLease ? added === true : type === "deescalate" || state === "absent";
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
