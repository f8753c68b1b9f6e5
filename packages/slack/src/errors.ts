// Slack's errors as sentences. Source of the codes: the pages of the methods in Slack's reference, "Errors".

import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
} from "@slack/web-api";
import { SymError, unavailable } from "@sym/lambda-core";

/** A call in sentences: the method, and the object of the call, such as `channel C0123ABCD`. */
export type SlackCall = { method: string; on: string };

const refusedTokens = ["invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive"];

/** Whether Slack refused the bot token. */
export function isRefusedToken(error: unknown): boolean {
  return refusedTokens.includes(codeOf(error) ?? "");
}

/** Slack's code of an error; undefined for an error that is no answer of Slack. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof WebAPIPlatformError ? error.data.error : undefined;
}

/** The error of a call, as a sentence that is safe to show. */
export function toSlackError(error: unknown, { method, on }: SlackCall): SymError {
  const cause = error;
  if (error instanceof SymError) return error;
  if (error instanceof WebAPIRateLimitedError)
    return unavailable(
      `Slack limits this app's calls of ${method}; try again in ${seconds(error.retryAfter)} seconds`,
      { cause },
    );
  if (error instanceof WebAPIHTTPError)
    return unavailable(`Slack answered ${method} with status ${error.statusCode}; try again in a minute`, {
      cause,
    });
  if (error instanceof WebAPIPlatformError) {
    const { error: code, needed } = error.data as { error: string; needed?: string };
    return unavailable(`Slack ${problemOf(code, needed, on) ?? `refused ${method} (${shown(code)})`}`, {
      retryable: passing.includes(code),
      cause,
    });
  }
  if (error instanceof WebAPIRequestError)
    return unavailable(`Slack did not answer ${method}; try again in a minute`, { cause });
  return unavailable(`Slack's answer to ${method} makes no sense; try again in a minute`, { cause });
}

function problemOf(code: string, needed: string | undefined, on: string): string | undefined {
  if (refusedTokens.includes(code))
    return "did not accept the bot token; write the token of the installed app into the secret of SLACK_SECRET";
  if (code === "missing_scope")
    return `does not give the app the scope ${shown(needed ?? "")}; add the scope, and install the app again`;
  return sentences.get(code)?.replace("{on}", () => on);
}

/** Each completes the sentence "Slack …". */
const sentences = new Map(
  Object.entries({
    ratelimited: "limits this app's calls; try again in a minute",
    channel_not_found: "knows no {on} that the app can see; invite the app, or correct slack_channel",
    not_in_channel: "did not post in {on}, because the app is no member; invite the app to the channel",
    is_archived: "did not post in {on}, which is archived; restore the channel, or correct slack_channel",
    restricted_action: "does not let the app post in {on}; allow apps to post there",
    expired_trigger_id: "opens no form more than three seconds after a click; click again",
    exchanged_trigger_id: "has opened the form of this click already; click again for a new form",
    no_such_subteam: "knows no {on}; correct slack_user_groups in the rules",
    subteam_disabled: "has disabled {on}; enable the user group, or correct slack_user_groups in the rules",
    plan_upgrade_required: "has no user groups on this workspace's plan; name people by e-mail in the rules",
    internal_error: "failed; try again in a minute",
    fatal_error: "failed; try again in a minute",
    service_unavailable: "is unavailable; try again in a minute",
    request_timeout: "did not read the call in time; try again in a minute",
    team_added_to_org: "moves the workspace into an organisation; try again later",
  }),
);

/** The codes after which the same call can succeed. */
const passing = ["ratelimited", "internal_error", "fatal_error", "service_unavailable", "request_timeout"];

/** A code is shown only in the form of Slack's codes: a foreign answer could hold any text. */
function shown(code: unknown): string {
  return typeof code === "string" && /^[a-z_:.,]{1,80}$/.test(code) ? code : "an unknown error";
}

function seconds(retryAfter: number): number {
  return Number.isFinite(retryAfter) ? Math.max(1, Math.ceil(retryAfter)) : 60;
}
