// The requests of each action to DynamoDB, in tables of several sizes: node packages/leases/bench/requests.ts [leases ...]
import { type Cost, measure } from "./measure.ts";

const sizes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [100, 10_000, 100_000];
if (!sizes.every((size) => Number.isInteger(size) && size > 0))
  throw new Error("Each size must be a whole number of leases above 0; give sizes such as 100 10000");

const columns = ["leases", "action", "requests", "items read", "rounds", "ms"];
const print = (cells: (string | number)[]) =>
  process.stdout.write(`${cells.map((cell) => String(cell).padStart(11)).join("")}\n`);

print(columns);
let costs: Cost[] = [];
for (const size of sizes) {
  costs = await measure(size);
  for (const { action, leases, requests, itemsRead, rounds, milliseconds } of costs)
    print([leases, action, requests.length, itemsRead, rounds.length, milliseconds]);
}
process.stdout.write("\nOne after the other (* the target system):\n");
for (const { action, rounds } of costs) {
  const steps = rounds.map((names) =>
    names.map((name) => (/^(find|read system|set)$/.test(name) ? `*${name}` : name)),
  );
  process.stdout.write(`${action}: ${steps.map((names) => names.join(" + ")).join(" -> ")}\n`);
}
