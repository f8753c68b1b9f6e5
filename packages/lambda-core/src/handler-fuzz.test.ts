// The answer to every payload has Sym's shape.
import { testPayload } from "@sym/test-payloads/payloads";
import fc from "fast-check";
import { expect, test } from "vitest";
import { context, granted, handlerThat, lines } from "./handler.test-support.ts";
import type { SymRequest } from "./index.ts";

// FUZZ_RUNS sets the number of payloads. The test fails if an answer does not have Sym's shape.
const runs = Number(process.env["FUZZ_RUNS"] ?? 20_000);

test(`${runs} random payloads are all answered, and no prototype is polluted`, async () => {
  const { handler, requests } = handlerThat(async () => granted);
  const valid = [
    testPayload("escalate.json"),
    testPayload("deescalate.json"),
    testPayload("schema-4-escalate.json"),
  ];
  const mutated = fc
    .tuple(fc.constantFrom(...valid), fc.array(fc.tuple(fc.nat(), strange), { maxLength: 4 }))
    .map(([base, changes]) =>
      changes.reduce((payload, [where, value]) => mutate(payload, where, value), structuredClone(base)),
    );
  await fc.assert(
    fc.asyncProperty(
      fc.oneof({ weight: 3, arbitrary: mutated }, { weight: 1, arbitrary: strange }),
      async (payload) => {
        requests.length = 0;
        lines.length = 0;
        const answer = await handler(payload, context());
        expect(typeof answer.body.message).toBe("string");
        expect(Array.isArray(answer.errors)).toBe(true);
        expect(answer.errors.length === 0).toBe(requests.length === 1);
        for (const request of requests) checkTypes(request);
        expect(Object.keys(Object.prototype)).toEqual([]);
      },
    ),
    { numRuns: runs },
  );
});

const strange = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  fc.string({ unit: "binary" }),
  fc.constantFrom("__proto__", "constructor", "", null, -1, 1e308, [], {}),
  fc.string().map((value) => JSON.parse(`{"__proto__":{"polluted":${JSON.stringify(value)}}}`)),
  fc.nat(4_000).map((depth) => JSON.parse(`[${"[".repeat(depth)}${"]".repeat(depth)}]`)),
);

/** Replaces the part of a document that a number chooses by a value. */
function mutate(document: unknown, where: number, value: unknown): unknown {
  const places: [Record<string, unknown>, string][] = [];
  const visit = (node: unknown) => {
    if (typeof node !== "object" || node === null) return;
    for (const key of Object.keys(node)) {
      places.push([node as Record<string, unknown>, key]);
      if (places.length < 500) visit((node as Record<string, unknown>)[key]);
    }
  };
  visit(document);
  const place = places[where % places.length];
  if (place)
    Object.defineProperty(place[0], place[1], {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  return document;
}

function checkTypes(request: SymRequest): void {
  expect(["escalate", "deescalate"]).toContain(request.type);
  expect(request.runId).toMatch(/^[\w-]+$/);
  expect(request.requester).toMatch(/^[\x21-\x7e]+$/);
  expect(request.target.name).not.toMatch(/\p{C}/u);
  for (const value of Object.values(request.target.settings)) expect(typeof value).toBe("string");
  expect(request.duration === undefined || Number.isInteger(request.duration)).toBe(true);
}
