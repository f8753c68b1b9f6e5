// A proxy answers each call of a handler: no answer of the proxy may change the state or count as the system's own.
import { type HttpReply, type InBetween, startInBetween } from "@sym/stand-ins/in-between";
import { expect, test } from "vitest";
import type { LeasesTable } from "./leases-table.ts";
import { passTime } from "./table-time.ts";

type Answered = { answer: { body: Record<string, unknown>; errors: string[] } };
type Run = "escalate" | "deescalate";

/** A handler whose calls go through the proxy, and its target system. */
export type Overheard = {
  dynamoDb: LeasesTable;
  send(payload: unknown): Promise<Answered>;
  /** Starts another function of the same bundle. */
  fresh(): Overheard["send"];
  /** An event of the request with this number. */
  event(type: Run, number: number): unknown;
  /** The requester's present state. */
  state(): string | Promise<string>;
};

type ForeignAnswers = {
  /** For the test title, if a handler has several of these tests: ` to an invitation`. */
  of?: string;
  /** Starts the handler with the proxy's URL; `passTo` gives the proxy the system's URL. */
  play(between: InBetween, act: (overheard: Overheard) => Promise<void>): Promise<void>;
  /** The kind of answer that is played unless `ALL_ANSWERS` is 1, as nightly; all kinds if undefined. */
  short?: keyof typeof replies;
  /** Calls with an empty answer of the system, which an empty answer of the proxy equals. */
  emptyAnswers?: RegExp;
};

const html = "<!DOCTYPE html><html><head><title>Sign in</title></head><body><p>Sign in</p></body></html>";
const replies = {
  "an HTML page": { status: 200, headers: { "content-type": "text/html" }, body: html },
  "an empty response": { status: 200, body: "" },
  "unrelated JSON": {
    status: 200,
    headers: { "content-type": "application/json" },
    body: '{"status":"ok","data":{}}',
  },
  "a proxy's own page with status 404": {
    status: 404,
    headers: { "content-type": "text/html" },
    body: html,
  },
} satisfies Record<string, HttpReply>;

/** One test for each kind of answer, through every call of an escalate and of a deescalate. */
export function testForeignAnswers({ play, emptyAnswers, of = "", short }: ForeignAnswers): void {
  const isAll = process.env["ALL_ANSWERS"] === "1" || short === undefined;
  for (const [what, reply] of Object.entries(replies).filter(([what]) => isAll || what === short))
    test(`${what} instead of any response${of} does not grant or end access`, async () => {
      const between = await startInBetween();
      const isExempt = (call: string) => what === "an empty response" && emptyAnswers?.test(call) === true;
      try {
        await play(between, async (overheard) => {
          expect(await problemsOf(between, overheard, { reply, isExempt })).toEqual([]);
        });
      } finally {
        await between.close();
      }
    });
}

type Trial = { reply: HttpReply; isExempt(call: string): boolean };

async function problemsOf(
  between: InBetween,
  overheard: Overheard,
  { reply, isExempt }: Trial,
): Promise<string[]> {
  const { send, fresh, event, state } = overheard;
  const nothing = await state();
  await send(event("escalate", 0));
  const calls = { escalate: between.take(), deescalate: [] as string[], warm: [] as string[] };
  const given = await state();
  await send(event("deescalate", 0));
  calls.deescalate = between.take();
  await send(event("escalate", 1));
  calls.warm = between.take();
  await send(event("deescalate", 1));
  expect([given, await state()]).toEqual([expect.not.stringMatching(`^${nothing}$`), nothing]);
  const problems: string[] = [];
  const claims: Record<string, string> = {
    granted: given,
    "already-had-access": given,
    pending: given,
    revoked: nothing,
  };
  let number = 1;

  async function tryCall(type: Run, call: string) {
    number += 1;
    const isEnd = type === "deescalate";
    if (isEnd) await send(event("escalate", number));
    between.answer(call, reply);
    const { answer } = await (isEnd || calls.warm.includes(call) ? send : fresh())(event(type, number));
    between.answer(call, undefined);
    const outcome = String(answer.body["outcome"]);
    const seen = await state();
    const isTrue = outcome === "failed" || claims[outcome] === seen;
    const isTold = answer.errors.every((error) => / did not come from /.test(error));
    if (!isTrue || !isTold) problems.push(`${type}, ${call}: ${outcome}, ${seen}, ${answer.errors.join()}`);
    if (!isEnd) await send(event("deescalate", number));
    if (answer.errors.length === 0 && (await state()) === nothing) return;
    await passTime(overheard.dynamoDb, 600_000);
    // As after a retry by Sym: without a record of the end, the sweep would not come back to the access.
    await send(event("deescalate", number));
    await send({ event: { type: "sweep" } });
    if ((await state()) !== nothing) problems.push(`${type}, ${call}: left ${await state()}`);
  }

  for (const type of ["escalate", "deescalate"] as const)
    for (const call of calls[type]) if (!isExempt(call)) await tryCall(type, call);
  return problems;
}
