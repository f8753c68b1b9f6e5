import { statusOf } from "@sym/http-client";
import { refused, type SymError, unavailable } from "@sym/lambda-core";
import { whatMayHaveHappened } from "./github-answers.ts";

/** A failed call. `response` is GitHub's answer; undefined if GitHub did not answer. */
type Failure = Error & {
  status: number;
  response?: { headers: Record<string, string>; data?: { message?: string } };
};

/** For `catch`: a 404 counts as an answer without data; every other failure is thrown. */
export function nothingIfGone(error: unknown): { data: undefined } {
  if (statusOf(error) === 404) return { data: undefined };
  throw error;
}

/** For `catch`: refuses with the sentence if the failure has this status. */
export function refuseOn(status: number, sentence: string): (error: unknown) => never {
  return (error) => {
    if (statusOf(error) !== status) throw error;
    throw refused(sentence, { cause: error });
  };
}

/** The pause that GitHub demands, in ms; undefined without a rate limit. Source: "Rate limits for the REST API". */
export function limitOf(error: unknown): number | undefined {
  const { status, response } = error as Partial<Failure>;
  const { headers = {}, data } = response ?? {};
  if (status !== 403 && status !== 429) return undefined;
  if (headers["retry-after"]) return (Number(headers["retry-after"]) || 60) * 1_000;
  if (headers["x-ratelimit-remaining"] === "0")
    return Math.max(1_000, Number(headers["x-ratelimit-reset"]) * 1_000 - Date.now());
  return status === 429 || /secondary rate/i.test(data?.message ?? "") ? 60_000 : undefined;
}

/** Turns a failed call into a `SymError` by status and headers: GitHub changes the texts. */
export function toSymError(error: Error, call: string, isApp: boolean): Error {
  const { status = 0, response } = error as Partial<Failure>;
  const headers = response?.headers ?? {};
  const limit = limitOf(error);
  if (limit !== undefined)
    return unavailable(`GitHub rate limit reached; retry in ${Math.ceil(limit / 1_000)} s`, {
      cause: error,
    });
  const final = (sentence: string) => unavailable(sentence, { retryable: false, cause: error });
  if (status === 401)
    return final(
      "GitHub does not accept this function's credentials; renew the secret, or check the App's id",
    );
  if (status === 403 && isOutsideAllowList(response?.data?.message)) return final(outsideAllowList);
  if (status === 403 && headers["x-github-sso"])
    return final(
      "The token is not authorised for the organisation's single sign-on; ask the token's owner to authorise it",
    );
  if (status === 403) {
    const needed = headers["x-accepted-github-permissions"] ?? headers["x-accepted-oauth-scopes"];
    const owners = isApp
      ? "if an identity provider manages the team, which an App cannot see, grant the identity provider's group instead; otherwise ask an owner of the organisation"
      : "only an owner of the organisation or a GitHub App may make this call";
    const advice = needed ? `the call needs ${needed}` : owners;
    return final(`GitHub does not allow this function to call ${call}; ${advice}`);
  }
  if (status < 500) return error;
  const what = `GitHub did not complete ${call} (${response ? status : "no answer"}), ${whatMayHaveHappened(call)}`;
  const isLookUp = /^(GET|POST) /.test(call);
  return unavailable(
    `${what}; ${isLookUp ? "try again in a minute" : "check GitHub for the change, then try again"}`,
    {
      cause: error,
    },
  );
}

/** GraphQL answers errors with status 200: a rate limit, or the failure described by `sentence`. */
export function toSymErrorOfGraphQl(error: unknown, sentence: string): unknown {
  const { errors } = error as { errors?: { type?: string; message?: string }[] };
  if (!errors) return error;
  // GitHub's servers send both types.
  const isLimited = errors.some(({ type }) => type === "RATE_LIMIT" || type === "RATE_LIMITED");
  const isOutside = errors.some(({ message }) => isOutsideAllowList(message));
  const limit = "GitHub GraphQL rate limit reached; retry in an hour";
  return unavailable(isLimited ? limit : isOutside ? outsideAllowList : sentence, {
    retryable: isLimited,
    cause: error,
  });
}

const outsideAllowList =
  "The IP allow list of the organisation does not contain this function's address; ask an owner of the organisation to add the addresses of the function's network";

/** Only the text distinguishes this 403 from others. Source: renovate#20253. */
function isOutsideAllowList(message = ""): boolean {
  return /ip allow list/i.test(message);
}

export function noSecret(secretId: string, problem: string, cause?: unknown): SymError {
  const advice =
    "store the App's private key or the token in the secret, or name another secret in the function's environment";
  return unavailable(`Secret ${secretId} ${problem}; ${advice}`, { retryable: false, cause });
}
