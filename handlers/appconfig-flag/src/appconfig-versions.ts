import {
  CreateHostedConfigurationVersionCommand,
  DeleteHostedConfigurationVersionCommand,
  paginateListHostedConfigurationVersions,
} from "@aws-sdk/client-appconfig";
import { abortOf, answerTo, itemsOf, requireElement } from "@sym/aws";
import { auditComment, isAuditComment } from "@sym/flags";
import { type Invocation, refused, type SymError } from "@sym/lambda-core";
import { type Caller, callOf } from "./appconfig-call.ts";
import type { FlagAccess } from "./resolve.ts";

/** A hosted version of a profile. Its content never changes. */
export type Version = { number: number; description: string };

/** Lambda ends every invocation after 15 minutes, so no invocation will still deploy a version older than this. */
const deploysWithinMs = 16 * 60_000;

/** From the oldest to the newest. Throws if the list is empty: the profile has at least its deployed version. */
export async function listVersions({ client, access, invocation }: Caller): Promise<Version[]> {
  const call = callOf("ListHostedConfigurationVersions", access, noProfile(access));
  const pages = paginateListHostedConfigurationVersions({ client }, profileOf(access), abortOf(invocation));
  const versions = itemsOf(call, pages, ({ Items }) =>
    Items?.map(({ VersionNumber, Description = "" }) => ({
      number: requireElement(VersionNumber, call),
      description: Description,
    })),
  );
  return (await Array.fromAsync(versions)).toSorted((a, b) => a.number - b.number);
}

/**
 * Returns the new version's number. `latest` is an optimistic lock: the cause of the error is AWS's `ConflictException` if
 * `latest` is no longer the newest version, and AWS's `ServiceQuotaExceededException` if the profile is full.
 */
export async function createVersion(
  { client, access, invocation }: Caller,
  { content, description, latest }: { content: string; description: string; latest: number },
): Promise<number> {
  const call = callOf("CreateHostedConfigurationVersion", access, noProfile(access));
  const command = new CreateHostedConfigurationVersionCommand({
    ...profileOf(access),
    Content: new TextEncoder().encode(content),
    ContentType: "application/json",
    Description: description,
    LatestVersionNumber: latest,
  });
  const { VersionNumber } = await answerTo(call, client.send(command, abortOf(invocation)));
  return requireElement(VersionNumber, call);
}

/** Deletes a version. A version already deleted is no error. */
export async function deleteVersion({ client, access, invocation }: Caller, version: number): Promise<void> {
  const gone = noProfile(access);
  const call = callOf("DeleteHostedConfigurationVersion", access, gone);
  const command = new DeleteHostedConfigurationVersionCommand({
    ...profileOf(access),
    VersionNumber: version,
  });
  await answerTo(call, client.send(command, abortOf(invocation))).catch((error: unknown) => {
    if (error !== gone) throw error;
  });
}

/** The description of a version to be deployed: the run, and the time of the version's creation. */
export function descriptionOf(invocation: Invocation): string {
  return `${auditComment(invocation)}, ${new Date().toISOString()}`;
}

/** The description of a spare version, which reserves a place for the end of a grant and is never deployed. */
export function spareDescriptionOf({ flag, environment }: FlagAccess): string {
  return `Sym, kept free for the end of ${flag} in ${environment}, never to be deployed`;
}

/** Whether a function of this kind made the version so long ago that no invocation will still deploy the version. */
export function isOld({ description }: Version): boolean {
  const [comment = "", made = ""] = description.split(/, (?=[^,]*$)/);
  return isAuditComment(comment) && Date.parse(made) < Date.now() - deploysWithinMs;
}

function profileOf({ project, profile }: FlagAccess) {
  return { ApplicationId: project, ConfigurationProfileId: profile };
}

/** This error does not end the access: the flag may still be on for its clients. */
function noProfile({ project, profile }: FlagAccess): SymError {
  return refused(
    `AppConfig has no profile ${profile} in application ${project}; correct the target's settings project and configuration_profile`,
  );
}
