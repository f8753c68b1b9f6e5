import { createHmac } from "node:crypto";
import { openRouteEvent } from "../api-gateway/http-api.ts";

/** How Slack sends a request, and what a test falsifies. */
export type SlackSending = {
  /** In place of the workspace's signing secret. */
  secret?: string;
  /** In place of the right signature, such as `v0=00`. Empty: no signature. */
  signature?: string;
  /** The time of the signature in seconds; now unless set. */
  timestamp?: number;
  /** Whether API Gateway encodes the body. HTTP APIs encode forms, and do not encode JSON. */
  base64?: boolean;
  /** Slack sends an event again up to 3 times, with the reason, such as `http_timeout`. */
  retry?: { num: number; reason: string };
  /** The path of the request URL; `/slack/events` unless set, as in Bolt. */
  path?: string;
  /** In place of the workspace, for an app in several workspaces. */
  team?: { id: string; domain: string };
  /** The user's own workspace, for a user of another workspace in a shared channel. */
  userTeamId?: string;
  /** Whether the app is installed in a whole organisation. */
  isEnterpriseInstall?: boolean;
  enterprise?: { id: string; name: string };
};

/** An event of API Gateway in payload format 2.0, of a route without authorisation. */
export type SlackRequestEvent = ReturnType<typeof openRouteEvent>;

/**
 * The event of a request that Slack sends and signs.
 * https://docs.slack.dev/authentication/verifying-requests-from-slack
 */
export function signedEvent(
  body: string,
  contentType: "application/json" | "application/x-www-form-urlencoded",
  signingSecret: string,
  sending: SlackSending,
): SlackRequestEvent {
  const { secret = signingSecret, retry, path = "/slack/events" } = sending;
  const timestamp = sending.timestamp ?? Math.floor(Date.now() / 1_000);
  const base = `v0:${timestamp}:${body}`;
  const signature = sending.signature ?? `v0=${createHmac("sha256", secret).update(base).digest("hex")}`;
  const url = new URL(path, "https://a1b2c3d4e5.execute-api.us-east-1.amazonaws.com");
  const headers = {
    accept: "application/json,*/*",
    "content-type": contentType,
    host: url.host,
    "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
    "x-slack-request-timestamp": String(timestamp),
    ...(signature !== "" && { "x-slack-signature": signature }),
    ...(retry && { "x-slack-retry-num": String(retry.num), "x-slack-retry-reason": retry.reason }),
  };
  const isEncoded = sending.base64 ?? contentType !== "application/json";
  const sent = isEncoded ? Buffer.from(body).toString("base64") : body;
  const event = openRouteEvent({ method: "POST", url, headers, body: sent });
  return { ...event, isBase64Encoded: isEncoded };
}
