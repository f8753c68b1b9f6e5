// AppConfig limits the versions of a profile, and no call returns the limit. A grant must not use the version slot that
// its own end needs. So each flag gets two spare versions before its first grant; an end in a full profile deletes a
// spare version. Two are necessary because the newest version is never deleted (AppConfig would use its number again): an
// end that fails after making its version still finds the second place, and the next end finds the failed end's version.
import { ServiceQuotaExceededException } from "@aws-sdk/client-appconfig";
import { isAwsError } from "@sym/aws";
import { refused, SymError, unavailable } from "@sym/lambda-core";
import type { Caller } from "./appconfig-call.ts";
import { versionsInUse } from "./appconfig-in-use.ts";
import { hasTime } from "./appconfig-time.ts";
import {
  createVersion,
  deleteVersion,
  descriptionOf,
  isOld,
  listVersions,
  spareDescriptionOf,
  type Version,
} from "./appconfig-versions.ts";

const sparesWanted = 2;
/** An end deletes old versions of ours only above this number: finding the deletable versions takes several calls. */
const oldVersionsKept = 10;
/** The most versions that an invocation deletes: the change itself needs the time. */
const deletedAtOnce = 10;

/** The versions listed at the beginning, and the newest version's number now. */
type Profile = { versions: Version[]; newest: number };

/**
 * Makes a version with this content. For a grant, first makes the spare versions for its end; their content is
 * `deployed`, which AppConfig has accepted before. The cause of the error is AWS's `ConflictException` if another client
 * makes a version at the same time.
 */
export async function makeVersion(
  caller: Caller,
  { deployed, content, isEnd }: { deployed: string; content: string; isEnd: boolean },
): Promise<{ number: number; others: Version[] }> {
  const versions = await listVersions(caller);
  const profile = { versions, newest: Math.max(0, ...versions.map(({ number }) => number)) };
  const create = async (description: string, text: string) => {
    profile.newest = await createWithRoom(caller, profile, { description, content: text, isEnd });
  };
  const spare = spareDescriptionOf(caller.access);
  const spares = versions.filter(({ description }) => description === spare);
  if (!isEnd) for (let made = spares.length; made < sparesWanted; made += 1) await create(spare, deployed);
  await create(descriptionOf(caller.invocation), content);
  return { number: profile.newest, others: versions };
}

/** Deletes old versions of ours if the profile has many. Only logs a failure: no request depends on this cleanup. */
export async function deleteOldVersions(caller: Caller, versions: Version[]): Promise<void> {
  const newest = Math.max(...versions.map(({ number }) => number));
  if (versions.filter(isOld).length <= oldVersionsKept) return;
  try {
    await makeRoom(caller, { versions, newest }, { isEnd: false });
  } catch (error) {
    const sentence = error instanceof SymError ? error.message : undefined;
    caller.invocation.log("old-versions-kept", { level: "WARN", sentence });
  }
}

type Wish = { description: string; content: string; isEnd: boolean };

async function createWithRoom(caller: Caller, profile: Profile, wish: Wish): Promise<number> {
  for (;;)
    try {
      return await createVersion(caller, { ...wish, latest: profile.newest });
    } catch (error) {
      if (!isAwsError(error, ServiceQuotaExceededException)) throw error;
      if (!(await makeRoom(caller, profile, wish))) throw noRoom(caller, wish, error.cause);
    }
}

/** Deletes versions of ours that no environment and no end needs. Returns whether any was deleted. */
async function makeRoom(caller: Caller, profile: Profile, { isEnd }: { isEnd: boolean }): Promise<boolean> {
  const spare = spareDescriptionOf(caller.access);
  const mayGo = profile.versions.filter(({ number }) => number !== profile.newest);
  const old = mayGo.filter(isOld);
  const spares = isEnd ? mayGo.filter(({ description }) => description === spare) : [];
  if (old.length + spares.length === 0) return false;
  const inUse = await versionsInUse(caller);
  const isFree = ({ number }: Version) => !inUse.has(number);
  const free = old.filter(isFree).slice(0, deletedAtOnce);
  return deleteAll(caller, profile, free.length > 0 ? free : spares.filter(isFree).slice(0, 1));
}

/** Throws only if no version was deleted: with a single free place, the caller can go on. */
async function deleteAll(caller: Caller, profile: Profile, versions: Version[]): Promise<boolean> {
  let deleted = 0;
  for (const version of versions) {
    if (deleted > 0 && !hasTime(caller.invocation)) break;
    try {
      await deleteVersion(caller, version.number);
    } catch (error) {
      if (deleted === 0) throw error;
      break;
    }
    profile.versions.splice(profile.versions.indexOf(version), 1);
    deleted += 1;
  }
  return deleted > 0;
}

function noRoom({ access }: Caller, { isEnd }: Wish, cause: unknown): SymError {
  const full = `AppConfig profile ${access.profile} has reached its quota of versions`;
  const advice = "delete old versions in AppConfig, or ask AWS to raise the quota";
  if (isEnd)
    return unavailable(`${full}, and this function can delete none of them; ${advice}`, {
      retryable: false,
      cause,
    });
  return refused(
    `${full}, and a switch also needs room for the version that restores the flag; ${advice}, then request the access again`,
    {
      cause,
    },
  );
}
