// The watchman alone: what a round makes of each status and each state of the execution.
import { expect, test } from "vitest";
import { someRequest, start } from "./flow.test-support.ts";
import type { AccessRequest, Status } from "./request.ts";
import { isOver } from "./request.ts";
import { statuses } from "./request-shape.ts";
import { escalate } from "./steps/escalate.ts";
import { granted, held, id, minuteMs, setUp } from "./steps.test-support.ts";
import { type ExecutionStatus, watch } from "./watchman.ts";

const dayMs = 24 * 60 * minuteMs;
const dead: ExecutionStatus[] = ["succeeded", "failed", "timed-out", "aborted", "missing"];
const open: Status[] = statuses.filter((status) => !isOver({ status }));

function requestIn(status: Status, changes: Partial<AccessRequest> = {}): AccessRequest {
  const over = isOver({ status }) ? start : null;
  return { ...held, status, ...changes, times: { ...held.times, ending: start, over, ...changes.times } };
}

/** One round, `minutes` after the start. */
async function round(
  request: AccessRequest,
  execution: ExecutionStatus,
  minutes: number,
  answers: unknown[] = [],
) {
  const flow = await setUp(request, answers);
  flow.seen.now = start + minutes * minuteMs;
  const executions = { status: async () => execution };
  const again = () => watch({ ...flow.deps, executions });
  return { ...flow, again, counts: await again() };
}

test.for(open.flatMap((status) => dead.map((execution) => [status, execution] as const)))(
  "a request that is %s, whose execution is %s, gets its true end",
  async ([status, execution]) => {
    const { stored, seen, counts } = await round(requestIn(status), execution, 6, [granted]);
    const wasGranted = status !== "asked" && status !== "approved";
    expect(await stored()).toMatchObject({ status: wasGranted ? "ended" : "refused" });
    expect(seen.payloads).toMatchObject(wasGranted ? [{ event: { type: "deescalate" } }] : []);
    expect(seen.told).toMatchObject([
      {
        kind: "stopped",
        to: "operators",
        text: `Request ${id} stopped in status ${status}, because its execution is ${execution}.`,
      },
      { kind: wasGranted ? "ended" : "refused", to: "requester" },
    ]);
    expect(counts).toEqual({ watched: 1, stopped: 1, broken: 0 });
  },
);

test("an end that fails without its execution is tried round after round, with one alarm", async () => {
  const { stored, seen, again } = await round(requestIn("held"), "aborted", 6, [
    new Error("timeout"),
    granted,
  ]);
  expect((await stored()).status).toBe("ending");
  seen.now += 5 * minuteMs;
  await again();
  expect((await stored()).status).toBe("ended");
  expect(seen.told.map(({ kind }) => kind)).toEqual(["stopped", "ended"]);
});

test.for(open)("a request that is %s, and that its execution carries on, stays", async (status) => {
  const request = requestIn(status);
  const { stored, counts } = await round(request, "running", 6);
  expect(await stored()).toEqual(request);
  expect(counts).toEqual({ watched: 1, stopped: 0, broken: 0 });
});

test("a step that carries the request on during the round is not stopped", async () => {
  const { deps, stored, seen } = await setUp(requestIn("granting"), [granted]);
  seen.now = start + 30 * minuteMs;
  const status = async (): Promise<ExecutionStatus> => {
    await escalate(deps, id);
    return "running";
  };
  await watch({ ...deps, executions: { status } });
  expect((await stored()).status).toBe("held");
});

test("an execution has five minutes to start", async () => {
  const { stored } = await round(someRequest(), "missing", 4.9);
  expect((await stored()).status).toBe("asked");
});

test.for(["approved", "granting", "ending"] as const)(
  "a request that is %s for half an hour is stuck, also while its execution runs",
  async (status) => {
    const early = await round(requestIn(status), "running", 29, [granted]);
    expect((await early.stored()).status).toBe(status);
    const { stored, seen } = await round(requestIn(status), "running", 30, [granted]);
    expect(isOver(await stored())).toBe(true);
    expect(seen.told[0]?.text).toContain("because its execution is stuck");
  },
);

test.for<[request: AccessRequest, status: Status]>([
  [requestIn("approved", { waiting: { step: "ask", token: "token-1", since: start } }), "approved"],
  [requestIn("denied", { waiting: { step: "ask", token: "token-1", since: start } }), "denied"],
  [requestIn("ending", { waiting: { step: "hold", token: "token-1", since: start } }), "ending"],
])("a step that waits for what is decided is woken", async ([request, status]) => {
  const { stored, seen } = await round(request, "running", 6);
  expect(seen.woken).toEqual(["token-1"]);
  expect((await stored()).status).toBe(status);
});

test("a token of a finished execution leaves a request that is over", async () => {
  const waiting = { step: "ask" as const, token: "token-1", since: start };
  const { stored, seen } = await round(requestIn("denied", { waiting }), "succeeded", 6);
  expect(await stored()).toMatchObject({ status: "denied", waiting: null });
  expect(seen.woken).toEqual([]);
});

test.for<[status: Status, minutes: number, after: Status]>([
  ["asked", 8 * 60 + 4, "asked"],
  ["asked", 8 * 60 + 5, "expired"],
  ["held", 34, "held"],
  ["held", 35, "ending"],
])(
  "a request that is %s is, %s minutes after the start, %s, and its step is woken",
  async ([status, minutes, after]) => {
    const waiting = {
      step: status === "asked" ? ("ask" as const) : ("hold" as const),
      token: "token-1",
      since: start,
    };
    const { stored, seen } = await round(requestIn(status, { waiting }), "running", minutes);
    expect((await stored()).status).toBe(after);
    expect(seen.woken).toEqual(status === after ? [] : ["token-1"]);
  },
);

test("an untold message is told, and is lost after a day", async () => {
  const messages: AccessRequest["messages"] = [
    { kind: "denied", to: "requester", text: "No.", at: start, told: null, toldIn: [], problem: null },
  ];
  const told = await round(requestIn("denied", { messages }), "succeeded", 6);
  expect((await told.stored()).messages).toMatchObject([{ told: start + 6 * minuteMs }]);
  const lost = await round(requestIn("denied", { messages }), "succeeded", dayMs / minuteMs);
  expect((await lost.stored()).messages).toMatchObject([{ told: "lost", toldIn: [], problem: null }]);
  expect(lost.seen.told).toEqual([]);
  expect((await lost.again()).watched).toBe(0);
});

test("the question to the approvers is told as long as they can decide", async () => {
  const messages: AccessRequest["messages"] = [
    { kind: "asked", to: "approvers", text: "Yes?", at: start, told: null, toldIn: [], problem: null },
  ];
  const times = { ...someRequest().times, decideBy: start + 3 * dayMs };
  const { stored } = await round(someRequest({ messages, times }), "running", 2 * (dayMs / minuteMs));
  expect((await stored()).messages).toMatchObject([{ told: start + 2 * dayMs, toldIn: ["topic"] }]);
});

test("a request that cannot be read is counted, and the others are watched", async () => {
  const { deps, stored } = await setUp(requestIn("held"), [granted]);
  const { store } = deps;
  const broken = someRequest({ id: "flow-22222222-2222-4222-8222-222222222222" });
  await store.write(broken);
  const counts = await watch({
    ...deps,
    clock: { now: () => start + 6 * minuteMs },
    executions: { status: async () => "aborted" },
    store: {
      ...store,
      read: async (one) => (one === broken.id ? Promise.reject(new Error("broken")) : store.read(one)),
    },
  });
  expect(counts).toEqual({ watched: 2, stopped: 1, broken: 1 });
  expect((await stored()).status).toBe("ended");
});
