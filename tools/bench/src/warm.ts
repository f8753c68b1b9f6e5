import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { parseEvent } from "@sym/lambda-core";
import { answerResult } from "@sym/lambda-core/response";
import type { ProbeStage } from "./stage.ts";
import { spreadOf } from "./statistics.ts";
import { payloadFor, subjects } from "./subjects.ts";
import type { Variant } from "./variants.ts";

/** `microseconds` and `growth`, in bytes of retained heap, are per invocation. */
export type Warm = { invocations: number; microseconds: number; growth: number };

/** Medians, as multiples of `JSON.parse` of the same payload in the same loop. */
export type Overhead = { parse: number; answer: number; jsonParseMicroseconds: number };

const probe = fileURLToPath(new URL("./warm-probe.cjs", import.meta.url));

/** Many escalates in one process, on a stubbed network. */
export async function measureWarm(
  { bundle }: Variant,
  stage: ProbeStage,
  invocations: number,
): Promise<Warm> {
  const { args, environment } = stage.stubbed;
  const all = ["--expose-gc", probe, bundle, ...args, String(invocations)];
  const { stdout } = await promisify(execFile)(process.execPath, all, { env: environment });
  return { invocations, ...JSON.parse(stdout.trim().split("\n").at(-1) ?? "") };
}

/** Times the parsing of a payload and the making of an answer beside `JSON.parse`, in turns within each round. */
export function measureOverhead(rounds = 200, repeats = 500): Overhead {
  const [subject] = subjects;
  const text = JSON.stringify(subject && payloadFor(subject, "escalate"));
  const event = JSON.parse(text);
  const request = parseEvent(event);
  const result = {
    outcome: "granted",
    subject: "IAM user robin",
    resource: "IAM group prod-admins",
  } as const;
  const expiresAt = new Date();
  const json: number[] = [];
  const parse: number[] = [];
  const answer: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const base = time(repeats, () => JSON.parse(text));
    json.push(base);
    parse.push(time(repeats, () => parseEvent(event)) / base);
    answer.push(
      time(repeats, () => JSON.stringify(answerResult("iam-group", request, { ...result, expiresAt }))) /
        base,
    );
  }
  return {
    parse: spreadOf(parse).median,
    answer: spreadOf(answer).median,
    jsonParseMicroseconds: spreadOf(json).median,
  };
}

/** The time of one call, in microseconds. */
function time(repeats: number, work: () => unknown): number {
  const start = performance.now();
  for (let done = 0; done < repeats; done += 1) work();
  return (1_000 * (performance.now() - start)) / repeats;
}
