import { checkSwitch, hostOf } from "@sym/flags";
import { createJsonClient } from "@sym/http-client";
import {
  absent,
  allInOrder,
  type Change,
  type Invocation,
  notFound,
  type Reading,
  refused,
  SymError,
  type TargetSystem,
  throwObstacle,
} from "@sym/lambda-core";
import { effectOf, effectWithPrerequisites } from "./launchdarkly-effect.ts";
import { changeRemoval, getScheduled, planRemoval, remove, type Scheduled } from "./launchdarkly-expiry.ts";
import { type Flag, type FlagThere, type Ids, look, targetIndex } from "./launchdarkly-look.ts";
import { type Instruction, patchFlag } from "./launchdarkly-patch.ts";
import { type Context, type FlagAccess, nameOf, type Place, resolve, toggleOf } from "./resolve.ts";
import type { LaunchDarklySettings } from "./settings.ts";

/** `scheduled`: the removal of the person's target; absent for a toggle, and if the read of the removal failed. */
type FlagReading = Reading<FlagAccess> & { scheduled?: Scheduled };

/**
 * LaunchDarkly's individual targets, and the switch of a flag's targeting. A person's state is the id of the variation of
 * the person's individual target, or `absent`; a toggle's state is `on` or `off`.
 * Source: LaunchDarkly REST API, "Update feature flag" and "Update expiring context targets on feature flag".
 */
export function launchDarklyFlag(settings: LaunchDarklySettings): TargetSystem<FlagAccess> {
  const client = createJsonClient(settings.connection, {
    resource: "the flag",
    errorText: "code",
    contentType: "application/json; domain-model=launchdarkly.semanticpatch",
  });
  const host = hostOf(settings.connection.url);

  /** Reads flag and removal in a single round of calls. After a failed read, `changeRemoval` reads the removal again. */
  async function lookBoth(place: Place, context: Context | undefined, invocation: Invocation) {
    const [there, scheduled] = await allInOrder([
      look(client, place, invocation),
      context
        ? getScheduled(client, { ...place, context }, invocation).catch(undefinedIfExpected)
        : Promise.resolve(undefined),
    ]);
    return { there, seen: scheduled ? { scheduled } : {} };
  }

  return {
    satisfies: (state, wanted) => state === wanted || wanted === absent,

    async find(request, invocation) {
      const { place, context, variation, subject, names } = resolve(request, settings);
      const { there, seen } = await lookBoth(place, context, invocation);
      const wanted = context ? variationOf(there.flag, variation, place) : variation;
      const needsPrerequisites = request.type === "escalate" && wanted !== "off";
      const effect = needsPrerequisites
        ? await effectWithPrerequisites(client, there, place, context, invocation)
        : effectOf(there, place, context);
      const resource = resourceOf(there.ids);
      const access = { host, resource, subject, names, ...place, ...(context && { context }) };
      return { access, state: stateOf(there, context), effect, wanted, ...seen };
    },

    async read(access, invocation) {
      const { context } = access;
      const { there, seen } = await lookBoth(access, context, invocation);
      checkSame(access, there.ids);
      return { access, state: stateOf(there, context), effect: effectOf(there, access, context), ...seen };
    },

    async set(reading: FlagReading, change, invocation) {
      const { access, scheduled } = reading;
      const { context } = access;
      if (!context) checkSwitch(toggleOf(access), change, settings.toggles);
      checkOthersRemoval(reading, change);
      const isEnd = change.state === change.afterwards || invocation.request?.type !== "escalate";
      const { after, overrode } = await patchFlag(
        client,
        access,
        reading.state,
        {
          // An end leaves a state that others have set since the read.
          plan: (now) => (isEnd && now !== reading.state ? [] : instructionsFor(context, now, change.state)),
          stateOf: (there) => stateOf(there, context),
          isEnd,
        },
        invocation,
      );
      // After the patch: if the patch fails, LaunchDarkly still ends the access.
      if (context)
        await changeRemoval(client, access, scheduled, (removal) => planRemoval(removal, change), invocation);
      // LaunchDarkly accepts a patch of a flag that was archived or switched off after our read, but the patch then gives no
      // access. Check after the end is scheduled: without leases, nothing else ends the started grant.
      if (after && !isEnd) throwObstacle(effectOf(after, access, context));
      return overrode ? { residualAccess: overridden } : {};
    },

    async release({ access, state, scheduled }: FlagReading, invocation) {
      if (!access.context) return;
      // The removal of the target as read stays: `set` has already removed ours, or others made both target and removal.
      await changeRemoval(
        client,
        access,
        scheduled,
        (removal) => (removal && removal.variationId !== state ? [remove(removal)] : []),
        invocation,
      );
    },
  };
}

const overridden =
  "Because of this change, scheduled changes and pending approval requests of the flag in LaunchDarkly can fail.";

function undefinedIfExpected(error: unknown): undefined {
  if (!(error instanceof SymError)) throw error;
}

function resourceOf({ project, environment, flag }: Ids): string {
  return `${project}/${environment}/${flag}`;
}

/** Throws unless the record's keys still belong to the project, environment and flag of the record. */
function checkSame(access: FlagAccess, ids: Ids): void {
  const [project, environment] = access.resource.split("/");
  if (project !== ids.project)
    throw refused(
      `The token for LaunchDarkly sees a different project ${access.project} than the project in which ${access.names.resource} was granted; give the function a token of the earlier project's account, or check the access in that account`,
    );
  const gone = environment === ids.environment ? `flag ${access.flag}` : `environment ${access.environment}`;
  if (access.resource !== resourceOf(ids))
    throw notFound(
      "resource",
      `LaunchDarkly ${gone} of project ${access.project} was deleted and its key was reused; request the access again`,
    );
}

function stateOf({ flag, environment }: FlagThere, context: Context | undefined): string {
  if (!context) return environment.on ? "on" : "off";
  const index = targetIndex(environment, context);
  return (index === undefined ? undefined : flag.variations[index]?._id) ?? absent;
}

function instructionsFor(context: Context | undefined, from: string, to: string): Instruction[] {
  if (from === to) return [];
  if (!context) return [{ kind: to === "on" ? "turnFlagOn" : "turnFlagOff" }];
  // A single patch moves a context between variations: LaunchDarkly refuses a context in two variations.
  const target = { contextKind: context.kind, values: [context.key] };
  return [
    ...(from === absent ? [] : [{ kind: "removeTargets", variationId: from, ...target }]),
    ...(to === absent ? [] : [{ kind: "addTargets", variationId: to, ...target }]),
  ];
}

/** Throws if the change would move a standing target with its own scheduled end: the target would return without the end. */
function checkOthersRemoval({ access, state, scheduled }: FlagReading, change: Change): void {
  const { removal } = scheduled ?? {};
  if (change.afterwards === absent || state !== change.afterwards || change.state === state) return;
  if (removal?.variationId !== state) return;
  const end = new Date(removal.expirationDate).toISOString().slice(0, 16).replace("T", " ");
  throw refused(
    `${access.names.subject} has another variation of ${nameOf(access)} until ${end} UTC, when LaunchDarkly removes that variation, and this function could only restore it without its end; request the access again after that time, or delete the scheduled removal in LaunchDarkly`,
  );
}

/** Finds a variation by id; or by name or value, if no other variation has the same name or value. */
function variationOf({ variations }: Flag, variation: string, { flag }: Place): string {
  const text = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
  const byId = variations.find(({ _id }) => _id === variation);
  const match = byId
    ? [byId]
    : variations.filter(({ name, value }) => name === variation || text(value) === variation);
  if (match.length === 1 && match[0]) return match[0]._id;
  const known = variations.map(({ name, value }) => name ?? text(value)).join(", ");
  throw refused(
    `LaunchDarkly flag ${flag} has ${match.length === 0 ? "no" : "more than one"} variation "${variation}" (it has ${known}); ${match.length === 0 ? "correct the target's setting variation" : "set the target's setting variation to the id of one of them"}`,
  );
}
