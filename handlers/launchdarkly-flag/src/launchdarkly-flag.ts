import { checkSwitch, hostOf, toggleTargets } from "@sym/flags";
import { type Caller, createJsonClient } from "@sym/http-client";
import {
  absent,
  allInOrder,
  type Change,
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
import { type Ids, look, stateOf } from "./launchdarkly-look.ts";
import { patchFlag } from "./launchdarkly-patch.ts";
import { variationOf } from "./launchdarkly-variation.ts";
import { type FlagAccess, nameOf, resolve, type Target } from "./resolve.ts";
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

  /** The refusals that are certain before the change. */
  function checkChange(reading: FlagReading, change: Change): void {
    const { access } = reading;
    if (!access.context) checkSwitch(access, change, settings.toggles);
    checkOthersRemoval(reading, change);
  }

  return {
    satisfies: (state, wanted) => state === wanted || wanted === absent,
    ownTargets: toggleTargets(settings.toggles),

    async find(request, invocation) {
      const { asked, variation } = resolve(request, settings);
      const caller = { client, invocation };
      const { there, seen } = await lookBoth(caller, asked);
      const wanted = asked.context ? variationOf(there.flag, variation, asked) : variation;
      const needsPrerequisites = request.type === "escalate" && wanted !== "off";
      const effect = needsPrerequisites
        ? await effectWithPrerequisites(caller, there, asked)
        : effectOf(there, asked);
      const access = { ...asked, host, resource: resourceOf(there.ids) };
      return { access, state: stateOf(there, access.context), effect, wanted, ...seen };
    },

    async read(access, invocation) {
      const { there, seen } = await lookBoth({ client, invocation }, access);
      checkSame(access, there.ids);
      return { access, state: stateOf(there, access.context), effect: effectOf(there, access), ...seen };
    },

    async set(reading: FlagReading, change, invocation) {
      const { access, scheduled } = reading;
      const caller = { client, invocation };
      checkChange(reading, change);
      const isEnd = change.state === change.afterwards || invocation.request?.type !== "escalate";
      const { after, overrode } = await patchFlag(caller, reading, change.state, isEnd);
      // After the patch: if the patch fails, LaunchDarkly still ends the access.
      await changeRemoval(caller, access, scheduled, (removal) => planRemoval(removal, change));
      // LaunchDarkly accepts a patch of a flag that was archived or turned off after our read, but the patch then gives
      // no access. Check after the end is scheduled: without leases, nothing else ends the started grant.
      if (after && !isEnd) throwObstacle(effectOf(after, access));
      return overrode ? { residualAccess: overridden } : {};
    },

    async release({ access, state, scheduled }: FlagReading, invocation) {
      // The removal of the target as read stays: `set` has already removed ours, or others made both target and removal.
      await changeRemoval({ client, invocation }, access, scheduled, (removal) =>
        removal && removal.variationId !== state ? [remove(removal)] : [],
      );
    },

    async forecast(reading: FlagReading, change) {
      checkChange(reading, change);
      return {};
    },

    check: (target, invocation) => checkTarget({ client, invocation }, settings, target),
  };
}

const overridden =
  "Because of this change, scheduled changes and pending approval requests of the flag in LaunchDarkly can fail.";

/** Reads flag and removal in a single round of calls. After a failed read, `changeRemoval` reads the removal again. */
async function lookBoth(caller: Caller, target: Target) {
  const [there, scheduled] = await allInOrder([
    look(caller, target),
    target.context ? getScheduled(caller, target).catch(undefinedIfExpected) : Promise.resolve(undefined),
  ]);
  return { there, seen: scheduled ? { scheduled } : {} };
}

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
