// The contract of every store of requests.
import { afterAll, expect, test } from "vitest";
import { alex, robin, sam, someRequest, start } from "./flow.test-support.ts";
import type { AccessRequest } from "./request.ts";
import type { RequestStore } from "./store.ts";
import { closeAll, python, stores } from "./stores.test-support.ts";

afterAll(closeAll);

test.runIf(process.env["CI"])("moto is installed where no test may be skipped", () => {
  expect(python, "install Python with moto[server], or set PYTHON to one that has it").toBeDefined();
});

const idOf = (number: number) => `flow-00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;

/** A request that was asked `number` minutes after the start. */
function requestAt(number: number, changes: Partial<AccessRequest> = {}): AccessRequest {
  const { times } = someRequest();
  const asked = start + number * 60_000;
  return someRequest({ id: idOf(number), ...changes, times: { ...times, ...changes.times, asked } });
}

async function fill(store: RequestStore, requests: AccessRequest[]): Promise<void> {
  for (const request of requests) expect(await store.write(request)).toEqual({ won: true });
}

test.for(stores)("$name: a read returns the request as it was written, or undefined", async ({ open }) => {
  const store = await open();
  const request = someRequest({
    reason: "Ünicode 🦊, quotes \" ' and\nlines",
    waiting: { step: "ask", token: "x".repeat(2_048), since: start },
    decisions: [{ by: alex, door: "slack", what: "approve", at: start, ruleVersion: null }],
  });
  expect(await store.read(request.id)).toBeUndefined();
  await fill(store, [request]);
  expect(await store.read(request.id)).toEqual(request);
});

test.for(stores)(
  "$name: a write succeeds only over the version before, and else changes nothing",
  async ({ open }) => {
    const store = await open();
    const write = (version: number, reason: string) => store.write(someRequest({ version, reason }));
    expect(await write(2, "too early")).toEqual({ won: false, current: undefined });
    expect(await write(1, "first")).toEqual({ won: true });
    const lost = { won: false, current: someRequest({ reason: "first" }) };
    expect(await write(1, "another first")).toEqual(lost);
    expect(await write(3, "third")).toEqual(lost);
    expect(await write(2, "second")).toEqual({ won: true });
    expect((await store.read(someRequest().id))?.reason).toBe("second");
  },
);

test.for(stores)("$name: of many decisions at once, a single one wins", async ({ open }) => {
  const store = await open();
  for (let version = 1; version <= 5; version += 1) {
    const writes = Array.from({ length: 10 }, (_, index) => someRequest({ version, reason: `${index}` }));
    const written = await Promise.all(writes.map((request) => store.write(request)));
    const winners = writes.filter((_, index) => written[index]?.won);
    expect(winners).toEqual([await store.read(someRequest().id)]);
  }
});

test.for(stores)("$name: requests are found by person, target, status and time", async ({ open }) => {
  const store = await open();
  await fill(store, [
    requestAt(1),
    requestAt(2, { requester: sam }),
    requestAt(3, { target: "db", status: "held" }),
    requestAt(4, { status: "held" }),
  ]);
  const limit = 10;
  expect(await store.ids({ person: robin, limit })).toEqual([4, 3, 1].map(idOf));
  expect(await store.ids({ person: sam, limit })).toEqual([idOf(2)]);
  expect(await store.ids({ target: "prod-admins", limit })).toEqual([4, 2, 1].map(idOf));
  expect(await store.ids({ status: "held", limit })).toEqual([4, 3].map(idOf));
  expect(await store.ids({ status: "ended", limit })).toEqual([]);
  expect(await store.ids({ person: robin, limit: 2 })).toEqual([4, 3].map(idOf));
  const from = start + 60_000;
  expect(await store.ids({ person: robin, from, to: start + 180_000, limit })).toEqual([idOf(1)]);
  expect(await store.ids({ person: robin, from: from + 1, limit })).toEqual([4, 3].map(idOf));
});

test.for(stores)(
  "$name: the newest version of a request is found, and only the open ones are open",
  async ({ open }) => {
    const store = await open();
    const over = { ...someRequest().times, over: start };
    await fill(store, [
      requestAt(1),
      requestAt(1, { version: 2, status: "ended", times: over }),
      requestAt(2, { status: "denied", times: over }),
      requestAt(3, { status: "denied", times: over, waiting: { step: "ask", token: "t", since: start } }),
      requestAt(4, {
        status: "denied",
        times: over,
        messages: [
          { kind: "denied", to: "requester", text: "", at: start, told: null, toldIn: [], problem: null },
        ],
      }),
      requestAt(5, {
        status: "denied",
        times: over,
        messages: [
          { kind: "denied", to: "requester", text: "", at: start, told: "lost", toldIn: [], problem: null },
        ],
      }),
      requestAt(6, { status: "ending" }),
    ]);
    expect(await store.ids({ open: true, limit: 10 })).toEqual([6, 4, 3].map(idOf));
    expect(await store.ids({ status: "asked", limit: 10 })).toEqual([]);
    expect(await store.ids({ status: "ended", limit: 10 })).toEqual([idOf(1)]);
  },
);

test.for(stores)("$name: more requests than one page are all found", async ({ open }) => {
  const store = await open();
  const requests = Array.from({ length: 60 }, (_, number) => requestAt(number));
  await fill(store, requests);
  expect(await store.ids({ open: true, limit: 100 })).toEqual(requests.map(({ id }) => id).reverse());
});
