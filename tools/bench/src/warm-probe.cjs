// Sends the same event many times to one bundle in one process:
//   node --expose-gc warm-probe.cjs <bundle> <event.json> <recorded answers.json> <invocations>
// Prints the microseconds and the bytes of retained heap per invocation, as the last line.
const { readFileSync, writeSync } = require("node:fs");
const { setTimeout } = require("node:timers/promises");

const [bundle, event, recorded, count] = process.argv.slice(2);
const begin = require("./stub-network.cjs")(JSON.parse(readFileSync(recorded, "utf8")));
const { handler } = require(bundle);
const payload = JSON.parse(readFileSync(event, "utf8"));
const context = {
  awsRequestId: "00000000-0000-4000-8000-000000000000",
  invokedFunctionArn: payload.fields.target.settings.arn,
  getRemainingTimeInMillis: () => 30_000,
};
process.stdout.write = () => true; // Logs are not part of the measurement.

async function invoke(times) {
  for (let done = 0; done < times; done += 1) {
    begin();
    const { errors } = await handler(payload, context);
    if (errors.length > 0) throw new Error(errors.join("; "));
  }
}

/** The used heap in bytes, after the SDK's timers have run out and the garbage is collected. */
async function heapUsed() {
  await setTimeout(6_000);
  for (let round = 0; round < 3; round += 1) globalThis.gc();
  return process.memoryUsage().heapUsed;
}

async function main() {
  await invoke(2_000);
  const before = await heapUsed();
  const start = performance.now();
  await invoke(Number(count));
  const microseconds = (1_000 * (performance.now() - start)) / Number(count);
  const growth = ((await heapUsed()) - before) / Number(count);
  writeSync(1, `${JSON.stringify({ microseconds, growth })}\n`);
}

void main();
