// The doctor's event `check`, to the door of Slack.
import { expect, test } from "vitest";
import { openWorkspace } from "./workspace.test-support.ts";

test("the door checks its table, its variables, the rules and the secret", async () => {
  const { startDoor, account } = await openWorkspace();
  const check = async () => (await startDoor().invoke({ event: { type: "check" } })).payload;
  const rows = (names: string[]) =>
    names.map((name) => expect.objectContaining({ check: name, level: "ok" }));
  expect(await check()).toEqual({
    body: {
      message: "4 checks: 4 ok, 0 warnings, 0 errors, 0 not checked.",
      ...{ outcome: "checked", system: "flow" },
      version: expect.stringMatching(/^\d+\.\d+\.\d+\+[\da-f]{12}$/),
      checks: rows(["requests", "environment", "rules", "secret"]),
    },
    errors: [],
  });
  account.sandbox.secretsManager.putSecret("sym/slack", "xoxb-only-the-token");
  expect(await check()).toMatchObject({
    body: {
      checks: [
        ...rows(["requests", "environment", "rules"]),
        {
          ...{ check: "secret", level: "error" },
          message: expect.stringMatching(/: secret sym\/slack must be JSON such as \{"bot_token":/),
        },
      ],
    },
  });
});

test("an event of API Gateway is no check, whatever its body says", async () => {
  const { send, clicks, people, timely } = await openWorkspace();
  const event = clicks.slashCommand(
    { user: people.robin, channel: "C0APPROVERS", command: "/access", text: "mine" },
    timely(),
  );
  const body = JSON.stringify({ event: { type: "check" } });
  expect(await send({ ...event, body })).toMatchObject({ statusCode: 401 });
});
