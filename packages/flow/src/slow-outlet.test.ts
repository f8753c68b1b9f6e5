// Outlets that are slow or do not answer: access ends all the same, and a message is told once.
import { unavailable } from "@sym/lambda-core";
import { expect, test } from "vitest";
import { someRequest, start } from "./flow.test-support.ts";
import { isOver, type Message } from "./request.ts";
import { hold } from "./steps/hold.ts";
import { granted, held, id, minuteMs, setUp } from "./steps.test-support.ts";
import { watch } from "./watchman.ts";

const untold = (kind: Message["kind"]): Message => ({
  ...{ kind, to: "requester", text: "Some text.", at: start },
  ...{ told: null, toldIn: ["topic"], problem: null },
});
const denied = { status: "denied" as const, times: { ...someRequest().times, over: start } };
const ids = (count: number) =>
  Array.from(
    { length: count },
    (_, index) => `flow-${String(index + 10).padStart(8, "0")}-1111-4111-8111-111111111111`,
  );

test("a Slack that does not answer delays no end of access in the watchman's round", async () => {
  const { deps, seen, stored } = await setUp(held, [granted]);
  for (const other of ids(200))
    await deps.store.write(
      someRequest({
        ...denied,
        id: other,
        messages: [untold("denied")],
        times: { ...denied.times, asked: start + 1 },
      }),
    );
  seen.now = start + 40 * minuteMs;
  const begun = seen.now;
  const endedBefore: boolean[] = [];
  const outlets = {
    tell: {
      async slack() {
        endedBefore.push(isOver(await stored()));
        seen.now += 3_000;
        throw unavailable("Slack did not answer chat.postMessage");
      },
    },
  };
  const round = await watch({ ...deps, outlets, executions: { status: async () => "failed" } });
  expect(round).toEqual({ watched: 201, stopped: 1, broken: 0 });
  expect(endedBefore).toEqual([true, true, true]);
  expect(seen.now - begun).toBe(9_000);
});

test("a slow outlet gets five seconds of a step, and the watchman tells the other messages", async () => {
  const messages = ["asked", "held", "reminder", "late"].map((kind) => untold(kind as Message["kind"]));
  const { deps, seen, stored } = await setUp({ ...held, messages });
  const told: string[] = [];
  const outlets = {
    tell: {
      async slack({ kind }: Message) {
        seen.now += 2_900;
        told.push(kind);
        return {};
      },
    },
  };
  await hold({ ...deps, outlets }, id, "token");
  expect(told).toEqual(["asked", "held"]);
  seen.now += 5 * minuteMs;
  await watch({ ...deps, outlets, executions: { status: async () => "running" } });
  expect(told).toEqual(["asked", "held", "reminder", "late"]);
  expect((await stored()).messages.filter((one) => one.told === null)).toEqual([]);
});

test("the watchman leaves a message to the step that tells the message now", async () => {
  const { deps, seen, stored } = await setUp(someRequest({ ...denied, messages: [untold("denied")] }));
  const told: Message[] = [];
  const outlets = {
    tell: {
      async slack(message: Message) {
        told.push(message);
        return {};
      },
    },
  };
  const round = () => watch({ ...deps, outlets, executions: { status: async () => "running" as const } });
  seen.now = start + 2 * minuteMs;
  await round();
  expect(told).toHaveLength(0);
  seen.now += 1;
  await round();
  expect(told).toHaveLength(1);
  expect((await stored()).messages).toMatchObject([{ toldIn: ["topic", "slack"] }]);
});
