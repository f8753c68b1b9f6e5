// Every call of a handler, answered by something in between: no answer of it may mean anything.
import { type HttpReply, type InBetween, startInBetween } from "@sym/stand-ins/in-between";
import { expect, test } from "vitest";
import type { LeasesTable } from "./leases-table.ts";
import { passTime } from "./table-time.ts";

type Answered = { answer: { body: Record<string, unknown>; errors: string[] } };
type Run = "escalate" | "deescalate";

/** A handler in its world, whose calls go through the one in between. */
export type Overheard = {
  dynamoDb: LeasesTable;
  send(payload: unknown): Promise<Answered>;
  /** A function of the same bundle that has just started. */
  fresh(): Overheard["send"];
  /** An event of the request with this number. */
  event(type: Run, number: number): unknown;
  /** What the requester has. */
  state(): string | Promise<string>;
};

type ForeignAnswers = {
  /** What the world of this test is, if a handler has several: ` of an invitation`. */
  of?: string;
  /** Plays with calls that go to the URL of the one in between, which `passTo` tells where they belong. */
  play(between: InBetween, act: (overheard: Overheard) => Promise<void>): Promise<void>;
  /** Calls whose own answer is empty, so that an empty one of something in between cannot be told from it. */
  emptyAnswers?: RegExp;
};

const html = "<!DOCTYPE html><html><head><title>Sign in</title></head><body><p>Sign in</p></body></html>";
const replies: Record<string, HttpReply> = {
  "a page": { status: 200, headers: { "content-type": "text/html" }, body: html },
  nothing: { status: 200, body: "" },
  "other JSON": {
    status: 200,
    headers: { "content-type": "application/json" },
    body: '{"status":"ok","data":{}}',
  },
  "a page of its own about what it does not find": {
    status: 404,
    headers: { "content-type": "text/html" },
    body: html,
  },
};

/** One test for each kind of answer: it goes through every call of an escalate and of a deescalate. */
export function testForeignAnswers({ play, emptyAnswers, of = "" }: ForeignAnswers): void {
  for (const [what, reply] of Object.entries(replies))
    test(`${what} in the place of any answer${of} is taken for none, and gives and ends nothing`, async () => {
      const between = await startInBetween();
      const isExempt = (call: string) => what === "nothing" && emptyAnswers?.test(call) === true;
      try {
        await play(between, async (overheard) => {
          expect(await problemsOf(between, overheard, { reply, isExempt })).toEqual([]);
        });
      } finally {
        await between.close();
      }
    }, 120_000);
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
    const isTold = answer.errors.every((error) => / is not one of /.test(error));
    if (!isTrue || !isTold) problems.push(`${type}, ${call}: ${outcome}, ${seen}, ${answer.errors.join()}`);
    if (!isEnd) await send(event("deescalate", number));
    if (answer.errors.length === 0 && (await state()) === nothing) return;
    await passTime(overheard.dynamoDb, 600_000);
    // As Sym sends an end again that failed: without a record of it, nothing else comes back to it.
    await send(event("deescalate", number));
    await send({ event: { type: "sweep" } });
    if ((await state()) !== nothing) problems.push(`${type}, ${call}: left ${await state()}`);
  }

  for (const type of ["escalate", "deescalate"] as const)
    for (const call of calls[type]) if (!isExempt(call)) await tryCall(type, call);
  return problems;
}
