import { LogLevel, WebClient } from "@slack/web-api";
import type { Slack, SlackView } from "./slack.ts";

const silent = () => undefined;
const logger = {
  ...{ debug: silent, info: silent, warn: silent, error: silent, setLevel: silent, setName: silent },
  getLevel: () => LogLevel.ERROR,
};

/** Slack's own client, which repeats no call and prints nothing. */
export function clientOf(url: string, token?: string): WebClient {
  const once = { retryConfig: { retries: 0 }, rejectRateLimitedCalls: true };
  return new WebClient(token, { slackApiUrl: `${url}/api/`, logger, ...once });
}

/** Opens a modal with a search for a target and an optional reason for robin, as an app does. */
export async function openAskModal({ url, token, workspace }: Slack): Promise<SlackView> {
  const plain = (text: string) => ({ type: "plain_text", text });
  const element = { type: "external_select", action_id: "target", min_query_length: 0 };
  const body = {
    trigger_id: workspace.newTrigger("U0ROBIN"),
    view: {
      ...{ type: "modal", callback_id: "ask", title: plain("Ask"), submit: plain("Send") },
      blocks: [
        { type: "input", block_id: "where", label: plain("Target"), element },
        {
          ...{ type: "input", block_id: "why", label: plain("Reason"), optional: true },
          element: { type: "plain_text_input", action_id: "reason" },
        },
      ],
    },
  };
  await fetch(`${url}/api/views.open`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const [opened] = workspace.viewsOf("U0ROBIN");
  if (!opened) throw new Error("The stand-in opened no view.");
  return opened;
}
