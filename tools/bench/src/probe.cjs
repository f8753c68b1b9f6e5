// Loads a bundle in a new process and sends one event to its handler:
//   node probe.cjs <bundle> <event.json> [<recorded answers.json>]
// Prints the times, in milliseconds, and the memory, in bytes, as the last line.
const { readFileSync, writeSync } = require("node:fs");

const [bundle, event, recorded] = process.argv.slice(2);
const payload = JSON.parse(readFileSync(event, "utf8"));
if (recorded) require("./stub-network.cjs")(JSON.parse(readFileSync(recorded, "utf8")));

const start = performance.now();
const { handler } = require(bundle);
const loaded = performance.now();
const context = {
  awsRequestId: "00000000-0000-4000-8000-000000000000",
  invokedFunctionArn: payload.fields.target.settings.arn,
  getRemainingTimeInMillis: () => 30_000,
};
handler(payload, context).then(({ errors }) => {
  const first = performance.now() - loaded;
  const { user, system } = process.cpuUsage();
  const sample = {
    load: loaded - start,
    first,
    cpu: (user + system) / 1_000,
    rss: process.memoryUsage.rss(),
  };
  writeSync(1, `\n${JSON.stringify({ ...sample, errors })}\n`);
  process.reallyExit(0);
});
