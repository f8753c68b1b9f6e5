// Slack, with calls that fail.
import { pass } from "@sym/stand-ins/in-between";
import { serve } from "@sym/stand-ins/kernel/serve";
import { type SlackFaultKind, startSlack } from "@sym/stand-ins/slack";

/** What happens to a call of a function to Slack: the call passes, or meets a fault of the stand-in. */
export type SlackFate = "passed" | SlackFaultKind;

export type FaultySlack = Awaited<ReturnType<typeof startFaultySlack>>;

/** `fateOf` decides about each call by its method, such as `chat.postMessage`; `response_url` for the answers to clicks. */
export async function startFaultySlack(fateOf: (method: string) => SlackFate) {
  const slack = await startSlack();
  const { url, close } = await serve((request) => {
    const { pathname } = request.url;
    const action = pathname.startsWith("/api/") ? pathname.slice("/api/".length) : "response_url";
    const kind = fateOf(action);
    if (kind !== "passed") slack.faults.inject({ action, kind });
    return pass(slack.url, request);
  });
  return {
    ...slack,
    /** Where functions call Slack, and answer clicks. */
    url,
    /** Where the calls meet no faults. */
    directUrl: slack.url,
    async close() {
      await slack.close();
      await close();
    },
  };
}
