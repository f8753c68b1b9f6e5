// Sweeps of many leases, with a host that never answers. The clock is vitest's, so the figures are the same everywhere.
import { type Access, createHandler, ranked, type SweepAnswer, SymError } from "@sym/lambda-core";
import { afterEach, beforeEach, vi } from "vitest";
import { type Lease, leaseKey } from "./lease.ts";
import { leasedAccess } from "./leased-access.ts";
import { memoryStore } from "./memory-store.ts";
import { unheld } from "./transitions.ts";

export const start = 1_800_000_000_000;

beforeEach(() => {
  vi.useFakeTimers({ now: start });
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** A function with these due leases. Each call takes 100 ms; the host `hung` answers no call. */
export function setUp(leases: { host: string; dueAt: number }[]) {
  const store = memoryStore();
  const endedAt = new Map<string, number>();
  for (const [index, { host, dueAt }] of leases.entries()) {
    const names = { subject: `person-${index}@example.com`, resource: "prod" };
    const access: Access = { host, resource: "prod", subject: `person-${index}`, names };
    const key = leaseKey("example", access);
    store.leases.set(key, {
      ...unheld(key, access),
      ...{ version: 1, standing: "absent", ours: ["member"], dueAt },
      runs: new Map([[`run-${index}`, { state: "open", wanted: "member", expiresAt: dueAt - 60_000 }]]),
    });
    void store.openRun({ id: `run-${index}`, key, access, wish: "" }, Number.MAX_VALUE);
  }
  const call = async ({ host }: Access, { signal }: { signal: AbortSignal }) => {
    await new Promise<void>((resolve, reject) => {
      // The clients of AWS and fetch also reject with the reason of the abort.
      signal.addEventListener("abort", () => reject(new DOMException("Request aborted", "AbortError")));
      if (host !== "hung") setTimeout(resolve, 100);
    });
  };
  const handler = createHandler("example", () =>
    leasedAccess(
      "example",
      {
        satisfies: ranked("absent", "member"),
        find: () => Promise.reject(new Error("A sweep resolves nothing")),
        async read(access, { budget }) {
          await call(access, budget);
          return { access, state: "member", effect: "by-state" };
        },
        async set({ access }, _change, { budget }) {
          await call(access, budget);
          if (access.host === "refuses")
            throw new SymError("Nobody@example.com may not be removed", { reason: "refused" });
          endedAt.set(access.subject, Date.now());
          return {};
        },
      },
      { store, graceMs: 60_000, expired: "end" },
    ),
  );
  const lines: string[] = [];
  vi.spyOn(process.stdout, "write").mockImplementation((line) => lines.push(String(line)) > 0);
  const sweep = async (timeout = 30_000) => {
    const until = Date.now() + timeout;
    const context = {
      ...{
        awsRequestId: "request-1",
        invokedFunctionArn: "arn:aws:lambda:eu-west-1:123456789012:function:f",
      },
      getRemainingTimeInMillis: () => until - Date.now(),
    };
    const answer = handler({ event: { type: "sweep" } }, context) as Promise<SweepAnswer>;
    await vi.advanceTimersByTimeAsync(timeout);
    return answer;
  };
  const logged = (step: string) => lines.map((line) => JSON.parse(line)).filter((line) => line.step === step);
  const metrics = () => lines.map((line) => JSON.parse(line)).filter((line) => "Sweeps" in line);
  const events = () => logged("event");
  const failures = () => events().filter(({ outcome }) => outcome === "failed");
  return {
    store,
    endedAt,
    sweep,
    events,
    failures,
    metrics,
    leaseOf: (host: string) => find(store.leases, host),
  };
}

function find(leases: Map<string, Lease>, host: string): Lease {
  const lease = [...leases.values()].find(({ access }) => access.host === host);
  if (!lease) throw new Error(`There is no lease on ${host}`);
  return lease;
}

/** As many due leases, the last due just before `start`. */
export const many = (count: number, host: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => ({ host: host(index), dueAt: start - count + index }));
