import { readFileSync } from "node:fs";

/** An entry of `test-payloads/manifest.json`. A payload with a `path` must be refused. */
export type TestPayload = {
  name: string;
  payload: unknown;
  functionArn: string;
  environment: Record<string, string>;
} & (
  | {
      expect: "accepted";
      request: { type: string; run_id: string; requester: string; target: string; duration?: number };
    }
  | { expect: "refused"; path: string }
);

type Expansion = { path: string; times: number; repeat?: string; array_of?: unknown };

const folder = new URL("../", import.meta.url);

/** Every payload of the manifest, with its expansion. */
export function testPayloads(): TestPayload[] {
  const manifest = JSON.parse(readFileSync(new URL("manifest.json", folder), "utf8"));
  // biome-ignore lint/suspicious/noExplicitAny: the manifest's format is in its README.
  return manifest.payloads.map((entry: any) => ({
    ...entry,
    payload: entry.expand ? expand(testPayload(entry.base), entry.expand) : testPayload(entry.file),
    functionArn: entry.request?.function_arn ?? manifest.function_arn,
    environment: entry.environment ?? {},
  }));
}

/** A file of `test-payloads/`, such as `escalate.json`, parsed again at each call. */
// biome-ignore lint/suspicious/noExplicitAny: tests change the payload's fields.
export function testPayload(file: string): any {
  return JSON.parse(readFileSync(new URL(file, folder), "utf8"));
}

/** The plan of an escalate: the same fields, and another type. */
export function planOf<Payload extends { event: object }>(escalate: Payload): Payload {
  return { ...escalate, event: { ...escalate.event, type: "plan" } };
}

type WithTarget = { fields: { target: { name: string; settings: Record<string, string> } } };

/** The check of the targets of these payloads. */
export function checkOf(...payloads: WithTarget[]) {
  const targets = payloads.map(({ fields: { target } }) => ({
    name: target.name,
    settings: target.settings,
  }));
  return { event: { type: "check" }, targets };
}

function expand(base: Record<string, unknown>, { path, times, repeat, array_of }: Expansion): unknown {
  const keys = path.split(".");
  const last = keys.pop() ?? "";
  const parent = keys.reduce<Record<string, unknown>>(
    (object, key) => object[key] as Record<string, unknown>,
    base,
  );
  parent[last] = repeat === undefined ? new Array(times).fill(array_of) : repeat.repeat(times);
  return base;
}
