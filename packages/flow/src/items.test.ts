// The layout of requests as items, and the errors of broken items.
import type { CreateTableCommandInput } from "@aws-sdk/client-dynamodb";
import { expect, test } from "vitest";
import { alex, robin, someRequest, start } from "./flow.test-support.ts";
import { readRequest, requestItem, type TableItem } from "./items.ts";
import { requestsTable, ttlAttribute } from "./table.ts";

const keepDays = 400;
const ended = (status: "ended" | "failed" | "denied") =>
  someRequest({ status, times: { ...someRequest().times, over: start + 1 } });

test("no key holds an e-mail or a reason", () => {
  const request = someRequest({
    decisions: [{ by: alex, door: "slack", what: "approve", at: start, ruleVersion: null }],
  });
  const { record, ...attributes } = requestItem(request, keepDays);
  expect(record?.S).toContain(robin);
  const table: CreateTableCommandInput = requestsTable("requests");
  const keys = (table.AttributeDefinitions ?? []).map(({ AttributeName }) => AttributeName ?? "");
  expect(Object.keys(attributes).sort()).toEqual([...keys, "version"].sort());
  const text = JSON.stringify(attributes);
  for (const secret of ["robin", "alex", "@", request.reason]) expect(text).not.toContain(secret);
});

test("a request expires 400 days after its end, and a failed request stays", () => {
  const expires = Math.ceil((start + 1) / 1_000) + 400 * 24 * 60 * 60;
  expect(requestItem(ended("ended"), keepDays)[ttlAttribute]).toEqual({ N: String(expires) });
  expect(requestItem(ended("denied"), keepDays)[ttlAttribute]).toEqual({ N: String(expires) });
  expect(requestItem(ended("failed"), keepDays)[ttlAttribute]).toBeUndefined();
  expect(requestItem(someRequest({ status: "held" }), keepDays)[ttlAttribute]).toBeUndefined();
});

test.for<[what: string, change: (item: TableItem) => TableItem, where: string]>([
  ["no record", ({ record: _, ...item }) => item, ""],
  ["a record that is no JSON", (item) => ({ ...item, record: { S: "{" } }), ""],
  ["an unknown status", (item) => withJson(item, { status: "done" }), " (status)"],
  ["an e-mail that is no person", (item) => withJson(item, { requester: "a@b@c" }), " (requester)"],
  ["a time that is no number", (item) => withJson(item, { times: { asked: "now" } }), " (times.asked)"],
  ["another id", (item) => ({ ...item, pk: { S: "flow-1" } }), " (id or version)"],
  ["another version", (item) => ({ ...item, version: { N: "7" } }), " (id or version)"],
])("an item with %s is refused", ([, change, where]) => {
  const item = change(requestItem(someRequest(), keepDays));
  expect(() => readRequest(item)).toThrow(
    `The record ${item["pk"]?.S} in the table of requests makes no sense${where}, so the flow changes nothing`,
  );
});

test("an item in the format of a newer version is refused, with another sentence than a broken item", () => {
  const item = requestItem(someRequest(), keepDays);
  const reading = (record_format: unknown) => () => readRequest({ ...item, record_format } as TableItem);
  expect(reading({ N: "2" })).toThrow(
    `The record ${item["pk"]?.S} in the table of requests has the format 2 of a newer version, so the flow changes nothing; deploy the newer version again, or end the request with the newer version before you go back`,
  );
  for (const unknown of [{ S: "2" }, { N: "0" }, { N: "1" }])
    expect(reading(unknown)).toThrow("in the table of requests makes no sense (record_format), so the flow");
});

function withJson(item: TableItem, changes: object): TableItem {
  return { ...item, record: { S: JSON.stringify({ ...someRequest(), ...changes }) } };
}
