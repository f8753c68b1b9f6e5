import { checkSwitch, hostOf, toggleTargets } from "@sym/flags";
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
import { checkTarget } from "./check-target.ts";
import { effectOf, effectWithPrerequisites } from "./launchdarkly-effect.ts";
import { changeRemoval, getScheduled, planRemoval, remove, type Scheduled } from "./launchdarkly-expiry.ts";
import { type FlagThere, type Ids, look, targetIndex } from "./launchdarkly-look.ts";
import { type Instruction, patchFlag } from "./launchdarkly-patch.ts";
import { variationOf } from "./launchdarkly-variation.ts";
import { type Context, type FlagAccess, nameOf, type Place, resolve, toggleOf } from "./resolve.ts";
import type { LaunchDarklySettings } from "./settings.ts";

/** `scheduled`: the removal of the person's target; absent for a toggle, and if the read of the removal failed. */
type FlagReading = Reading<FlagAccess> & { scheduled?: Scheduled };

/**
 * LaunchDarkly's individual targets, and a flag's targeting as a whole. A person's state is the id of the variation of
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

  /** The refusals that are certain before the change. */
  function checkChange(reading: FlagReading, change: Change): void {
    const { access } = reading;
    if (!access.context) checkSwitch(toggleOf(access), change, settings.toggles);
    checkOthersRemoval(reading, change);
  }

  return {
    satisfies: (state, wanted) => state === wanted || wanted === absent,
    ownTargets: toggleTargets(settings.toggles),

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
      checkChange(reading, change);
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
      // LaunchDarkly accepts a patch of a flag that was archived or turned off after our read, but the patch then gives
      // no access. Check after the end is scheduled: without leases, nothing else ends the started grant.
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

    async forecast(reading: FlagReading, change) {
      checkChange(reading, change);
      return {};
    },

    check: (target, invocation) => checkTarget(client, settings, target, invocation),
  };
}

const overridden =
  "A change of the flag that is scheduled in LaunchDarkly, or waits for an approval there, can fail because of this.";

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
      `The token for LaunchDarkly sees another project ${access.project} than the one in which ${access.names.resource} was given; give the function a token of that project's account, or look there`,
    );
  const gone = environment === ids.environment ? `flag ${access.flag}` : `environment ${access.environment}`;
  if (access.resource !== resourceOf(ids))
    throw notFound(
      "resource",
      `LaunchDarkly ${gone} of project ${access.project} was deleted, and another one has its key now; ask again`,
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
    `${access.names.subject} has another variation of ${nameOf(access)} until ${end} UTC, when LaunchDarkly removes it, and would get it back without that end; ask again after it, or remove the scheduled removal there`,
  );
}
