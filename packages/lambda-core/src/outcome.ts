/** The outcome for the access. A closed set; each outcome has a sentence for the requester. */
export type Outcome =
  | "granted"
  | "already-had-access"
  | "pending"
  | "revoked"
  | "lowered"
  | "kept-standing"
  | "kept-for-other-request"
  | "nothing-to-revoke"
  | "refused"
  | "failed";

/** The result of an action that succeeded, or that changed nothing because no change was needed. */
export type ActionResult = {
  outcome: Exclude<Outcome, "refused" | "failed">;
  /** The subject in the target system's words, such as `IAM user robin`. */
  subject: string;
  /** The resource in the target system's words, such as `IAM group prod-admins`. */
  resource: string;
  /** When the access ends; undefined if the end is not known. */
  expiresAt?: Date;
  /**
   * For a pending grant, the step that the requester still has to take. For a lowered access, the remaining state. For a kept or
   * already ended access, the reason.
   */
  detail?: string;
  /** Another administrator or system had changed the access since the grant, and the function left their change. */
  changedByOthers?: boolean;
  /** The rights that the subject keeps after a revoke, as a sentence. */
  residualAccess?: string;
  /** After a revoke, the subject has the access by another way, such as a child team, without a known end. */
  stillHasAccess?: boolean;
};

const sentences: Record<ActionResult["outcome"], (result: ActionResult) => string> = {
  granted: (result) => `You now have access to ${result.resource}${until(result.expiresAt)}.`,
  "already-had-access": (result) => `You already had access to ${result.resource}, and keep it.`,
  pending: (result) =>
    `You do not have access to ${result.resource} yet: ${result.detail ?? "the target system requires another step"}.`,
  revoked: (result) =>
    `Your access to ${result.resource} has ended${result.detail ? `: ${result.detail}` : ""}.`,
  lowered: (result) =>
    `Your request for ${result.resource} has ended; your remaining access is ${result.detail}${result.expiresAt ? `, through another approved request${until(result.expiresAt)}` : ", which you have without the request"}.`,
  "kept-standing": (result) =>
    `Your request for ${result.resource} has ended; ${result.detail ?? "you had this access before the request, and keep it"}.`,
  "kept-for-other-request": (result) =>
    `Your request for ${result.resource} has ended, but another approved request still needs the access${until(result.expiresAt)}.`,
  "nothing-to-revoke": (result) =>
    `There was nothing to revoke: ${result.detail ?? `you do not have access to ${result.resource} through this request`}.`,
};

/** The sentence for the requester. Times are in UTC. */
export function describe(result: ActionResult): string {
  const sentence = sentences[result.outcome](result);
  return result.residualAccess ? `${sentence} ${result.residualAccess}` : sentence;
}

/** ` until <end> UTC`, or nothing without an end. */
export function until(end: Date | undefined): string {
  return end ? ` until ${end.toISOString().slice(0, 16).replace("T", " ")} UTC` : "";
}
