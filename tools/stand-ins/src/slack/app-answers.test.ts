// The modals that a user sees after the app's answers.
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { afterSubmission, optionsIn } from "./clicks.ts";
import { openAskModal } from "./slack.test-support.ts";
import { type Slack, type SlackView, startSlack } from "./slack.ts";

let slack: Slack;
let view: SlackView;

beforeEach(async () => {
  slack = await startSlack();
  onTestFinished(() => slack.close());
  view = await openAskModal(slack);
});

test("the app's answer to a submission closes, marks, changes or covers the modal", () => {
  const { workspace } = slack;
  const answer = (body: object) => afterSubmission(workspace, view, JSON.stringify(body));
  answer({ response_action: "errors", errors: { why: "Give a reason." } });
  expect(view).toMatchObject({ isOpen: true, errors: { why: "Give a reason." } });
  const title = { type: "plain_text", text: "Sent" };
  const next = { type: "modal", title, blocks: [{ type: "divider" }] };
  answer({ response_action: "update", view: next });
  expect(view).toMatchObject({ isOpen: true, title, errors: {} });
  answer({ response_action: "push", view: next });
  expect(workspace.viewsOf("U0ROBIN")).toMatchObject([{ id: view.id }, { previous_view_id: view.id }]);
  answer({ response_action: "clear" });
  expect(workspace.viewsOf("U0ROBIN")).toMatchObject([{ isOpen: false }, { isOpen: false }]);
});

test("an empty answer to a submission closes the modal, and a wrong answer throws", () => {
  const { workspace } = slack;
  const answer = (body: object) => () => afterSubmission(workspace, view, JSON.stringify(body));
  expect(answer({ response_action: "errors", errors: { where: "A", none: "B" } })).toThrow("none");
  expect(answer({ response_action: "update", view: {} })).toThrow("invalid_arguments");
  expect(answer({ response_action: "close" })).toThrow("close");
  afterSubmission(workspace, view, "");
  expect(view.isOpen).toBe(false);
});

test("a search shows at most 100 options", () => {
  const option = { text: { type: "plain_text", text: "prod-admins" }, value: "prod-admins" };
  const options = (count: number) => JSON.stringify({ options: Array(count).fill(option) });
  expect(optionsIn(options(100))).toHaveLength(100);
  expect(() => optionsIn(options(101))).toThrow();
  expect(optionsIn(JSON.stringify({ option_groups: [{ label: option.text, options: [option] }] }))).toEqual([
    option,
  ]);
});
