import {
  type $Command,
  IdentitystoreClient,
  type IdentitystoreClientResolvedConfig,
  ResourceNotFoundException,
  type ServiceInputTypes,
  type ServiceOutputTypes,
} from "@aws-sdk/client-identitystore";
import { toSymError as awsToSymError, clientPerRole, mustBeFromAws, requireElement } from "@sym/aws";
import { type Access, type Invocation, SymError, waitFor } from "@sym/lambda-core";
import type { StoreLocation } from "./settings.ts";

/** The identity store of a call, and the names of the user and the group for sentences. */
export type About = { store: StoreLocation; names: Access["names"] };

type IdentityStoreCommand<I extends ServiceInputTypes, O extends ServiceOutputTypes> = $Command<
  I,
  O,
  IdentitystoreClientResolvedConfig,
  ServiceInputTypes,
  ServiceOutputTypes
>;

/** The fields of an error of the service or the connection. */
type IdentityStoreFailure = Error & {
  Reason?: string;
  ResourceType?: string;
  RetryAfterSeconds?: number;
  code?: string;
  $retryable?: object;
  $response?: { statusCode?: number; headers?: Record<string, string> };
};

const attempts = 6;
/** The time that a wait must leave of the invocation. */
const timeToActMs = 2_500;

/**
 * Calls AWS, and retries after a transient failure, a concurrent change or throttling, after the pause that AWS demands,
 * while the invocation has time. `element` is in every answer of AWS to this call. Throws a `SymError`, except AWS's own
 * error for a missing or an existing membership.
 */
export async function ask<I extends ServiceInputTypes, O extends ServiceOutputTypes, E extends keyof O>(
  action: string,
  element: E,
  command: IdentityStoreCommand<I, O>,
  about: About,
  { budget, log }: Invocation,
): Promise<O & Record<E, NonNullable<O[E]>>> {
  const call = { action: `identitystore:${action}`, on: objectOf(action, about) };
  for (let attempt = 1; ; attempt += 1) {
    try {
      const answer = await clientFor(about.store).send(command, { abortSignal: budget.signal });
      mustBeFromAws(answer, call);
      return { ...answer, [element]: requireElement(answer[element] ?? undefined, call) };
    } catch (error) {
      const failure = error as IdentityStoreFailure;
      const waitMs = waitMsAfter(failure, action, attempt);
      if (Date.now() + waitMs > budget.deadline - timeToActMs) throw toSymError(failure, action, about);
      log("wait", { action, cause: failure.name, duration: Math.round(waitMs) });
      await waitFor(waitMs, budget.signal);
    }
  }
}

// A single attempt: the SDK's own retries know neither AWS's `RetryAfterSeconds` nor concurrent changes.
const clientFor = clientPerRole((options) => new IdentitystoreClient({ ...options, maxAttempts: 1 }));

/** The reason is optional in the service's model, but a removal conflicts only with a concurrent change. */
function reasonOf({ name, Reason = "" }: IdentityStoreFailure, action: string): string {
  const isRace = name === "ConflictException" && action === "DeleteGroupMembership";
  return Reason || (isRace ? "CONCURRENT_MODIFICATION" : "");
}

/** The pause before the next attempt; infinite if another attempt would not help. */
function waitMsAfter(failure: IdentityStoreFailure, action: string, attempt: number): number {
  const { name, code = "", RetryAfterSeconds, $retryable, $response } = failure;
  const isTransient =
    $retryable || name === "TimeoutError" || reasonOf(failure, action) === "CONCURRENT_MODIFICATION";
  const broken = ($response?.statusCode ?? 0) >= 500 || /^(E[A-Z]+|EAI_AGAIN)$/.test(code);
  if (attempt === attempts || !(isTransient || broken)) return Number.POSITIVE_INFINITY;
  // The service's model puts the seconds into a header, the service's protocol puts the seconds into the body.
  const seconds = Number(RetryAfterSeconds ?? $response?.headers?.["retry-after"] ?? 0) || 0;
  return Math.max(50 * 2 ** attempt * (1 + Math.random()), 1_000 * seconds);
}

// Where an error does not name the missing entity, the action does.
const missingEntity: Record<string, string> = {
  GetUserId: "USER",
  GetGroupId: "GROUP",
  DescribeGroup: "GROUP",
  DescribeUser: "USER",
  IsMemberInGroups: "USER_OR_GROUP",
  CreateGroupMembership: "USER_OR_GROUP",
};
const aboutMemberships = /^(Get|Delete)GroupMembership/;
const reasons: Record<string, SymError["reason"]> = {
  USER: "no-subject",
  GROUP: "no-resource",
  // The store may be in another region or account, so its users and groups may still exist.
  IDENTITY_STORE: "refused",
  ServiceQuotaExceededException: "refused",
  ValidationException: "refused",
};

/** The name, for sentences, of the object of a call. */
function objectOf(action: string, { names }: About): string {
  return missingEntity[action] === "USER" ? names.subject : names.resource;
}

/** Whether an error means a missing or an existing membership, which is an answer for the caller. */
function isForCaller(failure: IdentityStoreFailure, action: string): boolean {
  if (failure.name === "ConflictException") return action === "CreateGroupMembership";
  const { name, ResourceType = aboutMemberships.test(action) ? "GROUP_MEMBERSHIP" : "" } = failure;
  return name === "ResourceNotFoundException" && ResourceType === "GROUP_MEMBERSHIP";
}

/** Turns a failure into a `SymError`; a failure that the caller handles stays unchanged. */
function toSymError(failure: IdentityStoreFailure, action: string, { store, names }: About): unknown {
  const { name, ResourceType = missingEntity[action] } = failure;
  const Reason = reasonOf(failure, action);
  const on = objectOf(action, { store, names });
  const where = `identity store ${store.id} in ${store.region}`;
  const sentences: Record<string, string> = {
    USER: `${names.subject} does not exist in ${where}; provision the person in the identity store, with this address as e-mail or user name`,
    GROUP: `${names.resource} does not exist in ${where}; correct the target's setting group_id or group_name, or create the group`,
    USER_OR_GROUP: `${names.subject} or ${names.resource} does not exist in ${where}, and AWS does not say which; check both in IAM Identity Center, then try again`,
    IDENTITY_STORE: `There is no ${where}; correct the target's setting identity_store_id, or set region to the region of Identity Center`,
    AccessDeniedException: `This function is not allowed to call identitystore:${action} on ${on} in ${where}; add the action to the policy of its role, which must be in the account that administers Identity Center`,
    ServiceQuotaExceededException: `A quota of ${where} is used up, so no member can be added to ${on}; ask AWS to raise the quota, then request the access again`,
    ValidationException: `AWS does not accept identitystore:${action} on ${on} in ${where}; if the store mirrors Active Directory, change the group in Active Directory, otherwise check the target's settings`,
    CONCURRENT_MODIFICATION: `AWS is still processing another change of ${on}; try again in a minute`,
    KMS_ACCESS_DENIED: `This function is not allowed to use the key that encrypts ${where}; add kms:Decrypt on the key to the policy of its role`,
    KMS: `AWS cannot use the key that encrypts ${where} (${Reason}); repair the key, then try again`,
  };
  const kms = Reason.startsWith("KMS_") && Reason !== "KMS_THROTTLING" ? "KMS" : undefined;
  const gone = failure instanceof ResourceNotFoundException ? ResourceType : undefined;
  const key = [Reason, kms, gone, name].find((one) => one !== undefined && Object.hasOwn(sentences, one));
  if (key === undefined && isForCaller(failure, action)) return failure;
  if (key === undefined) return awsToSymError(failure, { action: `identitystore:${action}`, on });
  const reason = reasons[key] ?? "unavailable";
  return new SymError(sentences[key] ?? "", {
    reason,
    retryable: key === "CONCURRENT_MODIFICATION",
    cause: failure,
  });
}
