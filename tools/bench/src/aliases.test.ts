import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startLocalLambda } from "@sym/local-lambda/local-lambda";
import { emptyTable } from "@sym/local-lambda/table-time";
import { bundle, listBundled } from "@sym/workspace/bundle";
import { afterAll, expect, test } from "vitest";
import { mapAddresses } from "./addresses.ts";
import { type Recorder, startRecorder } from "./recording-proxy.ts";
import { functionArn, payloadFor, type Subject, subjects } from "./subjects.ts";
import { type BenchWorld, startWorld } from "./world.ts";

const folder = mkdtempSync(join(tmpdir(), "sym-aliases-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("every handler is compared", () => {
  const handlers = listBundled().filter((folder) => folder.startsWith("handlers/"));
  expect(subjects.map(({ handler }) => `handlers/${handler}`)).toEqual(handlers);
});

for (const subject of subjects)
  test(`${subject.handler} gives the same answers and calls with and without the aliases`, async ({
    skip,
  }) => {
    const { handler } = subject;
    const [aliased, unaliased] = [join(folder, `${handler}.cjs`), join(folder, `${handler}-unaliased.cjs`)];
    writeFileSync(aliased, (await bundle(`handlers/${handler}`)).code);
    writeFileSync(unaliased, (await bundle(`handlers/${handler}`, { alias: {} })).code);
    const world = await startWorld(subject).catch((error: Error) => {
      skip(/^Unleash cannot run here/.test(error.message) && !process.env["CI"], error.message);
      throw error;
    });
    const recorder = startRecorder(0);
    const environment = await mapAddresses(world.environment, recorder.inFrontOf);
    try {
      const seen = await run(aliased, environment, { subject, world, recorder });
      expect(seen).toMatchObject([
        { answer: { body: { outcome: "granted" }, errors: [] } },
        { answer: { body: { outcome: "revoked" }, errors: [] } },
        { answer: { errors: [expect.any(String)] } },
      ]);
      for (const { calls } of seen) expect(calls.length).toBeGreaterThan(0);
      expect(seen).toEqual(await run(unaliased, environment, { subject, world, recorder }));
    } finally {
      await recorder.close();
      await world.close();
    }
  });

type SeenEvent = { answer: unknown; calls: unknown[] };
type Place = { subject: Subject; world: BenchWorld; recorder: Recorder };

/** The answers and calls of a bundle to an escalate, its deescalate, and an escalate for an unknown resource. */
async function run(
  file: string,
  environment: Record<string, string>,
  { subject, world, recorder }: Place,
): Promise<SeenEvent[]> {
  await emptyTable(world.dynamoDb);
  await world.seed();
  const lambda = startLocalLambda({ bundle: file, functionArn, environment });
  const unknown = { settings: { ...subject.settings, ...subject.system.unknownResource } };
  const seen: SeenEvent[] = [];
  for (const event of [
    payloadFor(subject, "escalate"),
    payloadFor(subject, "deescalate"),
    payloadFor(unknown, "escalate", 2),
  ]) {
    recorder.exchanges.length = 0;
    const { payload } = await lambda.invoke(event);
    const calls = recorder.exchanges.map(({ name, sent, answer }) =>
      withoutRandom({ name, sent, status: answer?.status }),
    );
    seen.push({
      answer: JSON.parse(withoutRandom(payload)),
      // Parallel calls arrive in any order, and the number of polls varies.
      calls: [...new Set(calls)].sort().map((call) => JSON.parse(call)),
    });
  }
  await lambda.close();
  return seen;
}

/** Patterns of values that differ between two runs of the same bundle. */
const random = [
  /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g,
  /\b[0-9A-HJKMNP-TV-Z]{26}\b/g, // Ids of Unleash.
  /\b[0-9a-f]{24}\b/g, // Ids of LaunchDarkly's projects and environments.
  /(?<="wish\\*":\{\\*"S\\*":\\*")[\w-]{43}/g, // The digest of a request, which includes a variation's id.
  /\b[0-9a-f]{64}\b/g, // Signatures, and digests of bodies.
  /eyJ[\w.~-]+/g, // Tokens of a GitHub App.
  /\d{4}-\d\d-\d\dT[\d:.]+(Z|\+00:00)/g,
  /\d{4}-\d\d-\d\d \d\d:\d\d UTC/g,
  /\d{8}T\d{6}Z|\b\d{8}(?=\/)/g, // The time of a signature, and its day.
  /\b1\d{12}\b|\b1\d{9}\b/g, // Milliseconds and seconds since the epoch.
];

function withoutRandom(value: unknown): string {
  return random.reduce((text, pattern) => text.replace(pattern, "…"), JSON.stringify(value));
}
