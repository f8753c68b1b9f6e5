// Plans and checks through a function's front door. A test fails if its plan or check changed a target system or the table of leases.
import { scan } from "@sym/stand-ins/dynamodb";
import type { Sandbox } from "@sym/stand-ins/sandbox";
import { checkOf, planOf } from "@sym/test-payloads/payloads";
import { expect } from "vitest";
import type { LeasesTable } from "./leases-table.ts";

type Answer = { body: Record<string, unknown>; errors: string[] };
type Send = (payload: unknown) => Promise<{ answer: Answer }>;
type Fixture = { sandbox: Sandbox; dynamoDb: LeasesTable; send: Send };
type Payload = Parameters<typeof planOf>[0] & Parameters<typeof checkOf>[0];
type Row = { check: string; level: string; message: string };

/** The answer to the plan of an escalate. */
export function plan(fixture: Fixture, escalate: Payload): Promise<Answer> {
  return unchanged(fixture, planOf(escalate));
}

/** The rows of a check of these payloads' targets, and the errors; without a payload, of the function's own targets. */
export async function check(fixture: Fixture, ...payloads: Payload[]) {
  const { body, errors } = await unchanged(fixture, checkOf(...payloads));
  expect(body["outcome"], String(errors)).toBe("checked");
  const rows = body["checks"] as Row[];
  return { rows, targets: rows.filter(({ check: name }) => name.startsWith("target")), errors };
}

/** The message and the level of the only target of a payload. */
export async function checkTarget(fixture: Fixture, payload: Payload): Promise<[string, string]> {
  const { targets, errors } = await check(fixture, payload);
  const [row] = targets;
  expect(errors).toEqual(row?.level === "error" ? [row.message] : []);
  return [row?.level ?? "", row?.message ?? ""];
}

async function unchanged(fixture: Fixture, payload: unknown): Promise<Answer> {
  const before = await everything(fixture);
  const { answer } = await fixture.send(payload);
  expect(await everything(fixture)).toBe(before);
  return answer;
}

/** The state of all target systems and of the table, to the last byte. Sessions of assumed roles are no access. */
async function everything({ sandbox, dynamoDb }: Fixture): Promise<string> {
  const { sts: _, ...systems } = sandbox.snapshot();
  return JSON.stringify([systems, await scan(dynamoDb.client, dynamoDb.table)]);
}
