import {
  type AppConfigClient,
  ConflictException,
  CreateHostedConfigurationVersionCommand,
  DeleteHostedConfigurationVersionCommand,
  paginateListHostedConfigurationVersions,
  ResourceNotFoundException,
  ServiceQuotaExceededException,
} from "@aws-sdk/client-appconfig";
import { mustBeFromAws, requireElement } from "@sym/aws";
import { auditComment, isAuditComment } from "@sym/flags";
import { type Invocation, refused, type SymError } from "@sym/lambda-core";
import { toSymError } from "./appconfig-errors.ts";
import type { FlagAccess } from "./resolve.ts";

/** A hosted version of a profile. Its content never changes. */
export type Version = { number: number; description: string };

/** What every call needs. */
export type Caller = { client: AppConfigClient; access: FlagAccess; invocation: Invocation };

/** Longer than any invocation lasts: Lambda ends each after 15 minutes. So nobody is about to deploy an older version. */
const deploysWithinMs = 16 * 60_000;

/** From the oldest to the newest. Throws if the profile has none: its deployed version is one. */
export async function listVersions({ client, access, invocation }: Caller): Promise<Version[]> {
  const action = "appconfig:ListHostedConfigurationVersions";
  const call = { action, on: access.names.resource };
  const versions: Version[] = [];
  const pages = paginateListHostedConfigurationVersions({ client }, profileOf(access), abortOf(invocation));
  try {
    for await (const { Items } of pages)
      for (const { VersionNumber, Description = "" } of requireElement(Items, call))
        versions.push({ number: requireElement(VersionNumber, call), description: Description });
  } catch (error) {
    throw toSymError(error, action, access, noProfile(access));
  }
  return versions.toSorted((a, b) => a.number - b.number);
}

/**
 * Returns the new version's number. `latest` is the lock: throws AWS's `ConflictException` if that is not the newest
 * version any more, and its `ServiceQuotaExceededException` if the profile is full.
 */
export async function createVersion(
  { client, access, invocation }: Caller,
  { content, description, latest }: { content: string; description: string; latest: number },
): Promise<number> {
  const action = "appconfig:CreateHostedConfigurationVersion";
  const command = new CreateHostedConfigurationVersionCommand({
    ...profileOf(access),
    Content: new TextEncoder().encode(content),
    ContentType: "application/json",
    Description: description,
    LatestVersionNumber: latest,
  });
  const { VersionNumber } = await client.send(command, abortOf(invocation)).catch((error: unknown) => {
    if (error instanceof ConflictException || error instanceof ServiceQuotaExceededException) throw error;
    throw toSymError(error, action, access, noProfile(access));
  });
  return requireElement(VersionNumber, { action, on: access.names.resource });
}

/** Deletes a version. It may be deleted already. */
export async function deleteVersion({ client, access, invocation }: Caller, version: number): Promise<void> {
  const action = "appconfig:DeleteHostedConfigurationVersion";
  const command = new DeleteHostedConfigurationVersionCommand({
    ...profileOf(access),
    VersionNumber: version,
  });
  try {
    const answer = await client.send(command, abortOf(invocation));
    mustBeFromAws(answer, { action, on: access.names.resource });
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return;
    throw toSymError(error, action, access, noProfile(access));
  }
}

/** For a version that is about to be deployed: which run it is for, and when it was made. */
export function descriptionOf(invocation: Invocation): string {
  return `${auditComment(invocation)}, ${new Date().toISOString()}`;
}

/** For a version that only keeps a place for the end of a grant, and is never deployed. */
export function spareDescriptionOf({ flag, environment }: FlagAccess): string {
  return `Sym, kept free for the end of ${flag} in ${environment}, never to be deployed`;
}

/** Whether a function like this one made a version so long ago that no invocation is about to deploy it. */
export function isOld({ description }: Version): boolean {
  const [comment = "", made = ""] = description.split(/, (?=[^,]*$)/);
  return isAuditComment(comment) && Date.parse(made) < Date.now() - deploysWithinMs;
}

function profileOf({ project, profile }: FlagAccess) {
  return { ApplicationId: project, ConfigurationProfileId: profile };
}

/** Not for the end of the access: the flag may still be on for those that use it. */
function noProfile({ project, profile }: FlagAccess): SymError {
  return refused(
    `AppConfig has no profile ${profile} in application ${project}; correct the target's settings project and configuration_profile`,
  );
}

export function abortOf({ budget }: Invocation): { abortSignal: AbortSignal } {
  return { abortSignal: budget.signal };
}
