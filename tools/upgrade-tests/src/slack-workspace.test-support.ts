// A workspace of Slack with people who ask and decide there.
import { type SlackMessage, startSlack } from "@sym/stand-ins/slack";
import {
  afterSubmission,
  optionsIn,
  type SlackRequestEvent,
  type SlackSending,
  slackClicks,
} from "@sym/stand-ins/slack/clicks";
import { expect } from "vitest";

type Door = (event: SlackRequestEvent) => Promise<unknown>;

export async function startWorkspace() {
  const slack = await startSlack();
  const { workspace } = slack;
  const channel = "C0APPROVERS";
  workspace.addChannel({ id: channel, name: "approvers" });
  for (const name of ["robin", "sam", "alex", "kim"])
    workspace.addUser({ id: accountOf(name), name, email: `${name}@example.com` });
  const clicks = slackClicks(slack);
  const timely = (): SlackSending => ({ timestamp: Math.floor(Date.now() / 1_000) });
  const bodyOf = async (answer: Promise<unknown>) => String(((await answer) as { body?: string }).body ?? "");
  const form = (user: string) => workspace.viewsOf(user).at(-1) ?? expect.fail("No form is open");

  return {
    approvers: channel,
    secretName: "sym/slack",
    secret: JSON.stringify({ bot_token: slack.token, signing_secret: workspace.signingSecret }),
    environment: {
      SLACK_SECRET: "sym/slack",
      SLACK_TEAM_ID: workspace.team.id,
      SLACK_EMAIL_DOMAINS: "example.com",
      SLACK_API_URL: `${slack.url}/api/`,
    },
    close: slack.close,
    /** Asks by the form of `/access`, and returns the request's id. */
    async ask(door: Door, person: string, target: string): Promise<string> {
      const user = accountOf(person);
      await door(clicks.slashCommand({ user, channel, command: "/access", text: "" }, timely()));
      const view = form(user).id;
      const search = clicks.blockSuggestion({ user, actionId: "target", value: "", view }, timely());
      const options = optionsIn(await bodyOf(door(search)));
      const selectedOption = options.find(({ value }) => value === target) ?? expect.fail(`No ${target}`);
      const choice = { user, actionId: "target", view, selectedOption, answers: { target } };
      await door(clicks.blockAction(choice, timely()));
      const answers = { duration: "30m", reason: "Restart the importer" };
      const filled = form(user);
      const text = await bodyOf(door(clicks.viewSubmission({ user, view: filled, answers }, timely())));
      afterSubmission(workspace, filled, text);
      return /flow-[\da-f-]{36}/.exec(text)?.[0] ?? expect.fail(`The form says: ${text}`);
    },
    /** Clicks a button of the newest message in the channel of the approvers. */
    async click(door: Door, person: string, actionId: string): Promise<void> {
      const card: SlackMessage = workspace.messagesIn(channel).at(-1) ?? expect.fail("There is no card");
      const { ts, blocks } = card;
      const message = { channel: card.channel, ts, blocks };
      await door(clicks.blockAction({ user: accountOf(person), actionId, message }, timely()));
    },
  };
}

function accountOf(person: string): string {
  return `U0${person.toUpperCase()}`;
}
