// Plans while the access is not in the standing state, because the end of an earlier run has failed.
import { type Forecast, type State, SymError, type SymRequest, type TargetSystem } from "@sym/lambda-core";
import { expect, test } from "vitest";
import { accessOf, invocation, request } from "../bench/rounds.ts";
import { leasedAccess } from "./leased-access.ts";
import { memoryStore } from "./memory-store.ts";

const start = 1_800_000_000_000;

/** A switch that is on, whose earlier run has turned it off, and the end of that run fails. */
async function withFailedEnd(forecast: () => Promise<Forecast>) {
  let state: State = "on";
  let isDown = false;
  const access = accessOf("everybody");
  const system: TargetSystem<typeof access> = {
    satisfies: (one, other) => one === other,
    find: async ({ fields }) => ({ access, state, effect: "by-state", wanted: String(fields["wanted"]) }),
    read: async () => ({ access, state, effect: "by-state" }),
    async set(_, change) {
      if (isDown) throw new SymError("The switch does not answer", { reason: "unavailable" });
      state = change.state;
      return {};
    },
    forecast,
  };
  let now = start;
  const store = memoryStore();
  const act = leasedAccess("example", system, {
    ...{ store, graceMs: 60_000, expired: "end", clock: { now: () => now, sleep: async () => undefined } },
  });
  const send = (type: "escalate" | "deescalate" | "plan", runId: string, wanted: State) => {
    const asked: SymRequest = { ...request("escalate", "robin"), runId, fields: { wanted } };
    return act[type](asked, invocation(now, asked));
  };
  await send("escalate", "run-1", "off");
  isDown = true;
  await expect(send("deescalate", "run-1", "off")).rejects.toThrow("The switch does not answer");
  isDown = false;
  now += 60_000;
  return { send, state: () => state };
}

test("a plan says that the request restores the standing state, and so does the escalate", async () => {
  const { send, state } = await withFailedEnd(async () => ({}));
  expect(await send("plan", "run-2", "on")).toMatchObject({
    ...{ outcome: "would-grant", isRestored: true, state: "off", wanted: "on" },
  });
  expect(state()).toBe("off");
  expect(await send("escalate", "run-2", "on")).toMatchObject({ outcome: "already-had-access" });
  expect(state()).toBe("on");
  expect(await send("deescalate", "run-2", "on")).toMatchObject({ outcome: "kept-standing" });
  expect(state()).toBe("on");
});

test("a step or a refusal that the handler forecasts for the restored state is in the plan", async () => {
  const slow = await withFailedEnd(async () => ({ pending: "wait", residualAccess: "Sessions go on." }));
  const plan = await slow.send("plan", "run-2", "on");
  expect(plan).toMatchObject({ outcome: "would-be-pending", step: "wait" });
  for (const field of ["residualAccess", "expiresAt"]) expect(plan).not.toHaveProperty(field);
  const closed = await withFailedEnd(() => Promise.reject(new SymError("Not now", { reason: "refused" })));
  await expect(closed.send("plan", "run-2", "on")).rejects.toThrow("Not now");
});
