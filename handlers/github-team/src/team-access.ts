import { type Access, notFound, type SymError, unavailable } from "@sym/lambda-core";

/**
 * An account's place in a team. `resource` is `<organisation id>/<team id>` and `subject` the account's id. Login and slug
 * are from the last read: both can change, and others can take the old names.
 */
export type TeamAccess = Access & {
  org: string;
  slug: string;
  /** The team's id in GraphQL. */
  teamNodeId: string;
  login: string;
  /** Whether the request may invite a person to the organisation. */
  invite: boolean;
  /** At the time of the request, the account was neither in the organisation nor invited. */
  outsider: boolean;
};

/** GitHub's ids of an access. */
export function idsOf({ resource, subject }: TeamAccess) {
  const [organizationId, teamId] = resource.split("/").map(Number) as [number, number];
  return { organizationId, teamId, userId: Number(subject) };
}

export function userName(login: string): string {
  return `GitHub user ${login}`;
}

export function teamName(org: string, slug: string): string {
  return `GitHub team ${org}/${slug}`;
}

export function outsideSentence({ login, org }: TeamAccess): string {
  return `${userName(login)} is not a member of the organisation ${org}; add the person to the organisation first, or set the target's setting invite to true`;
}

export function noAccount(login: string): SymError {
  return notFound(
    "subject",
    `${userName(login)} does not exist; correct the mapping to logins (IDENTITY_RULE), or ask the person to create the account`,
  );
}

export function deleted({ names }: TeamAccess): SymError {
  return notFound(
    "resource",
    `${names.resource} no longer exists; set the target's settings to an existing team`,
  );
}

export function hidden({ names }: TeamAccess): SymError {
  return unavailable(
    `${names.resource} was deleted, or is hidden from this function; if the team exists, let the App or the token's owner see the team`,
    { retryable: false },
  );
}

/** The error for two contradicting answers of GitHub: the handler acts on neither. */
export function contradiction(what: string): SymError {
  return unavailable(`GitHub's answers contradict each other: ${what}; try again in a minute`);
}
