// The layout of leases and runs in the table, and the refusal of broken records.
import { SymError } from "@sym/lambda-core";
import { expect, test } from "vitest";
import {
  closedRunExpiry,
  isBrokenRecord,
  isRun,
  isUnreadableRecord,
  keyOf,
  leaseItem,
  leaseKeyOf,
  readDue,
  readLease,
  readRun,
  runItem,
  runKeyOf,
  type TableItem,
} from "./items.ts";
import type { Lease } from "./lease.ts";
import { access, someLease, someRun } from "./some-lease.test-support.ts";

const daySeconds = 86_400;
const { key } = someLease();
const failure = { code: "refused", sentence: "No", since: 1, times: 2, retryAt: 3 };
const full: Lease = someLease({
  ...{ dueAt: 5_000, failure, forgotten: { by: "arn:aws:iam::123456789012:user/robin", at: 4 } },
  runs: new Map([
    [
      "run-1",
      {
        state: "pending",
        wanted: "member",
        expiresAt: null,
        intent: { state: "member", until: 1 },
        reportedAt: 2,
      },
    ],
    ["run-2", { state: "closing", wanted: "member", expiresAt: 1, intent: { until: 1 } }],
  ]),
});
const bare: Lease = someLease({
  ...{ standing: null, runs: new Map(), ended: new Map(), lock: null, changedAt: null },
});

/** The item of a lease with these fields of its record replaced. */
function broken(changes: object): TableItem {
  const item = leaseItem(full);
  const record = JSON.parse(item["record"]?.S ?? "");
  return { ...item, record: { S: JSON.stringify({ ...record, ...changes }) } };
}

const makesNoSense = (where: string) =>
  `The record lease#${key} in the table of leases is invalid${where}, so this function changes nothing; read the record with npm run leases, restore the access manually in the target system, then forget the record`;

test("a lease stays the same through its item", () => {
  for (const lease of [full, bare]) expect(readLease(leaseItem(lease))).toEqual(lease);
});

test("the fields of a lease for conditions and the index are attributes", () => {
  expect(leaseItem(full)).toEqual({
    ...{
      pk: { S: `lease#${key}` },
      version: { N: "1" },
      host: { S: access.host },
    },
    ...{ due: { S: "due" }, due_at: { N: "5000" }, record: { S: expect.any(String) } },
    failing_since: { N: "1" },
  });
});

test("an unheld lease expires 30 days after its last write, in whole seconds", () => {
  const expires = Math.floor(bare.touchedAt / 1_000) + 30 * daySeconds;
  expect(leaseItem(bare)).toEqual({
    ...{
      pk: { S: `lease#${key}` },
      version: { N: "1" },
      host: { S: access.host },
    },
    ...{ record: { S: expect.any(String) }, expires: { N: String(expires) } },
  });
  expect(closedRunExpiry(1_999)).toEqual({ N: String(1 + 30 * daySeconds) });
});

test("a lease is due only if its item is in the index", () => {
  const { due: _, ...item } = leaseItem(full);
  expect(readLease(item).dueAt).toBeNull();
  const { due_at: __, ...other } = leaseItem(full);
  expect(readLease(other).dueAt).toBeNull();
});

const time = [Number.NaN, "1"];
test.for<[field: string, value: unknown, where: string]>([
  ["writeId", 1, " (writeId)"],
  ["access", null, " (access)"],
  ["access", { ...access, host: 1 }, " (access.host)"],
  ["access", { ...access, resource: undefined }, " (access.resource)"],
  ["access", { ...access, subject: 1 }, " (access.subject)"],
  ["access", { ...access, names: "robin" }, " (access.names)"],
  ["access", { ...access, names: { subject: "robin" } }, " (access.names.resource)"],
  ["access", { ...access, names: { resource: "prod" } }, " (access.names.subject)"],
  ["standing", 1, " (standing)"],
  ["standing", null, ""],
  ["ours", "member", " (ours)"],
  ["ours", [1], " (ours.0)"],
  ["begun", "true", " (begun)"],
  ["runs", {}, " (runs)"],
  ["runs", [["run-1"]], " (runs.0.1)"],
  ["runs", [["run-1", { state: "held", wanted: "member", expiresAt: 1 }]], " (runs.0.1.state)"],
  ["runs", [["run-1", { state: "open", wanted: 1, expiresAt: 1 }]], " (runs.0.1.wanted)"],
  ["runs", [["run-1", { state: "open", wanted: "a", expiresAt: "1" }]], " (runs.0.1.expiresAt)"],
  ["runs", [["run-1", { state: "open", wanted: "a", expiresAt: 1, intent: {} }]], " (runs.0.1.intent.until)"],
  [
    "runs",
    [["run-1", { state: "open", wanted: "a", expiresAt: 1, intent: { until: 1, state: 1 } }]],
    " (runs.0.1.intent.state)",
  ],
  [
    "runs",
    [["run-1", { state: "open", wanted: "a", expiresAt: 1, reportedAt: "1" }]],
    " (runs.0.1.reportedAt)",
  ],
  ["ended", [["run-1", "1"]], " (ended.0.1)"],
  ["lock", "me", " (lock)"],
  ["lock", { until: 1 }, " (lock.owner)"],
  ["lock", { owner: "me" }, " (lock.until)"],
  ...time.map((value): [string, unknown, string] => ["touchedAt", value, " (touchedAt)"]),
  ["changedAt", "1", " (changedAt)"],
  ...Object.keys(failure).map((name): [string, unknown, string] => [
    ...(["failure", { ...failure, [name]: null }, ` (failure.${name})`] as const),
  ]),
])("a lease with the %s %j is refused", ([field, value, where]) => {
  expect(() => readLease(broken({ [field]: value }))).toThrow(makesNoSense(where));
});

test.for<[what: string, changes: TableItem]>([
  ["no record", { record: undefined as never }],
  ["a record that is not text", { record: { NULL: true } }],
  ["a record that is not JSON", { record: { S: "{" } }],
  ["no version", { version: undefined as never }],
  ["a version that is not a number", { version: { S: "1" } }],
  ["the version 0", { version: { N: "0" } }],
  ["half a version", { version: { N: "1.5" } }],
  ["a due time that is not a number", { due_at: { S: "soon" } }],
])("a lease with %s is refused", ([, changes]) => {
  expect(() => readLease({ ...leaseItem(full), ...changes })).toThrow(
    expect.objectContaining({ message: makesNoSense(""), reason: "unavailable", retryable: false }),
  );
});

test.for([["lease"], ["run"]] as const)("a %s in the format of a newer version is refused", ([what]) => {
  const item = what === "lease" ? leaseItem(full) : runItem(someRun("run-1"), 1);
  const read = (record_format: unknown) => () =>
    (what === "lease" ? readLease : readRun)({ ...item, record_format } as TableItem);
  const newer = errorOf(read({ N: "2" }));
  expect(newer).toMatchObject({
    message: `The record ${item["pk"]?.S} in the table of leases has the format 2 of a newer version, so this function changes nothing; deploy the newer version again, or end the access with the newer version before you go back`,
    ...{ reason: "unavailable", retryable: false },
  });
  // Nobody forgets a record that is only too new.
  expect([isBrokenRecord(newer), isUnreadableRecord(newer)]).toEqual([false, true]);
  for (const unknown of [{ S: "2" }, { N: "0" }, { N: "1" }])
    expect(errorOf(read(unknown))).toMatchObject({
      message: expect.stringContaining("in the table of leases is invalid (record_format), so"),
      kind: "broken-record",
    });
});

test("times without an end are refused", () => {
  const item = leaseItem(full);
  const record = item["record"]?.S?.replace(/"touchedAt":\d+/, '"touchedAt":1e999') ?? "";
  expect(() => readLease({ ...item, record: { S: record } })).toThrow(makesNoSense(" (touchedAt)"));
});

test("the item of a run has its access, and the time when the run is due", () => {
  const item = runItem(someRun("run-1"), 7_000);
  expect(item).toEqual({
    ...{ pk: { S: "run#run-1" }, lease_key: { S: key }, host: { S: access.host } },
    ...{ wish: { S: "Robin's, for member" }, access: { S: JSON.stringify(access) } },
    ...{ due: { S: "due" }, due_at: { N: "7000" } },
  });
  const run = { id: "run-1", opened: { key, access, wish: "Robin's, for member" }, dueAt: 7_000 };
  expect(readRun(item)).toEqual({ ...run, closedAt: null });
  expect(readRun({ ...item, closed: { N: "5" } })).toEqual({ ...run, closedAt: 5 });
});

test("a run that was closed before its opening has no access, and is not due", () => {
  expect(readRun({ ...runKeyOf("run-1"), closed: { N: "5" }, due_at: { N: "7" } })).toEqual({
    ...{ id: "run-1", closedAt: 5, dueAt: null },
  });
});

test.for<[what: string, changes: TableItem | Record<string, undefined>]>([
  ["without a wish", { wish: undefined }],
  ["closed at no time", { closed: { S: "yes" } }],
  ["of no lease", { lease_key: { NULL: true } }],
  ["about nothing", { access: { S: "null" } }],
])("a run %s is refused", ([, changes]) => {
  expect(() => readRun({ ...runItem(someRun("run-1"), 1), ...changes } as TableItem)).toThrow(
    "The record run#run-1 in the table of leases is invalid",
  );
});

test("programs know the error of an invalid record by its kind, not by its words", () => {
  for (const read of [
    () => readLease({ ...leaseKeyOf(key), record: { S: "{}" } }),
    () => readRun({ ...runItem(someRun("run-1"), 1), access: { S: "null" } }),
  ])
    expect(isBrokenRecord(errorOf(read))).toBe(true);
  const sentence = String(errorOf(() => readLease(leaseKeyOf(key)))).replace("SymError: ", "");
  expect(isBrokenRecord(new SymError(sentence, { reason: "unavailable" }))).toBe(false);
});

function errorOf(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    return error;
  }
}

test("the keys of leases and runs differ for every name", () => {
  for (const [lease, run] of [
    [leaseKeyOf("run#1"), runKeyOf("lease#1")],
    [leaseKeyOf(""), runKeyOf("")],
  ] as const) {
    expect(isRun(run)).toBe(true);
    expect(isRun(lease)).toBe(false);
  }
  expect(isRun({ pk: { N: "1" } })).toBe(false);
  expect(isRun({})).toBe(false);
});

test("a due item names its lease, its host, and the run if a run is due", () => {
  const lease = { lease: key, host: access.host };
  expect(readDue(leaseItem(someLease({ dueAt: 5_000 })))).toEqual(lease);
  expect(readDue(leaseItem(full))).toEqual({ ...lease, failingSince: failure.since });
  const run = { ...lease, run: "run-1" };
  expect(readDue(runItem(someRun("run-1"), 1))).toEqual(run);
  expect(keyOf(lease)).toEqual({ pk: { S: `lease#${key}` } });
  expect(keyOf(run)).toEqual({ pk: { S: "run#run-1" } });
  expect(readDue({ pk: { S: "run#run-1" } })).toEqual({ lease: "", host: "", run: "run-1" });
  expect(readDue({ pk: { S: "lease#1" } })).toEqual({ lease: "1", host: "" });
});
