import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Network, ProbeStage } from "./stage.ts";
import { type Spread, spreadOf } from "./statistics.ts";
import type { Variant } from "./variants.ts";

/** One run of a process: times in milliseconds, memory in bytes. */
type Sample = { wall: number; load: number; first: number; cpu: number; rss: number };

/**
 * `ratio`: wall time as a multiple of the floor's in the same round. `toPeer`: wall time as a multiple of the peer's.
 */
export type Measured = Record<keyof Sample | "ratio" | "toPeer", Spread>;

const probe = fileURLToPath(new URL("./probe.cjs", import.meta.url));

/** Runs each variant once in each round, so that other load on the machine affects all variants alike. */
export async function measure(
  variants: Variant[],
  stages: Map<Variant, ProbeStage>,
  network: Network,
  rounds: number,
): Promise<Map<Variant, Measured>> {
  const samples = new Map<Variant, Sample[]>(variants.map((variant) => [variant, []]));
  for (let round = 0; round <= rounds; round += 1)
    for (const variant of variants) {
      const sample = await run(variant, stages.get(variant) as ProbeStage, network);
      // The first round only loads the files into memory.
      if (round > 0) samples.get(variant)?.push(sample);
    }
  const walls = (kind: Variant["kind"]) =>
    [...samples].find(([variant]) => variant.kind === kind)?.[1].map(({ wall }) => wall) ?? [];
  const [floor, peer] = [walls("floor"), walls("peer")];
  return new Map([...samples].map(([variant, own]) => [variant, summarize(own, floor, peer)]));
}

function summarize(samples: Sample[], floor: number[], peer: number[]): Measured {
  const over = (others: number[]) =>
    spreadOf(samples.map(({ wall }, round) => wall / (others[round] ?? Number.NaN)));
  const of = (name: keyof Sample) => spreadOf(samples.map((sample) => sample[name]));
  return {
    wall: of("wall"),
    load: of("load"),
    first: of("first"),
    cpu: of("cpu"),
    rss: of("rss"),
    ratio: over(floor),
    toPeer: over(peer),
  };
}

async function run({ name, bundle }: Variant, stage: ProbeStage, network: Network): Promise<Sample> {
  const { args, environment } = stage[network];
  if (network === "tls") await stage.reset();
  const start = performance.now();
  const { stdout } = await promisify(execFile)(process.execPath, [probe, bundle, ...args], {
    env: environment,
  });
  const wall = performance.now() - start;
  const { errors, ...times } = JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
  if (errors.length > 0) throw new Error(`${name} failed: ${errors.join("; ")}`);
  return { wall, ...times };
}
