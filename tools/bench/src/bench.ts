import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chart } from "./chart.ts";
import { tooMuch, tooSlow } from "./check.ts";
import { makeWithouts, type Without } from "./levers.ts";
import { type Measured, measure } from "./measure.ts";
import { type Options, readOptions, usage } from "./options.ts";
import { type LeverRow, machine, type Report, type Row } from "./report.ts";
import { countRoundTrips } from "./round-trips.ts";
import { type ProbeStage, prepare } from "./stage.ts";
import { peerHandler } from "./subjects.ts";
import { tables } from "./table.ts";
import { startTls } from "./tls.ts";
import { makeVariants, type Variant } from "./variants.ts";
import { measureOverhead, measureWarm } from "./warm.ts";

const docs = (file: string) => fileURLToPath(new URL(`../../../docs/${file}`, import.meta.url));
const marks = ["<!-- bench -->", "<!-- /bench -->"] as const;

const args = process.argv.slice(2);
const options = readOptions(args);
if (args.includes("--help") || args.includes("-h")) process.stdout.write(usage);
else if (options) process.exitCode = await main(options);
else {
  process.stderr.write(usage);
  process.exitCode = 2;
}

async function main({ json, check, write, ...options }: Options): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "sym-bench-"));
  try {
    const report = await makeReport(folder, options, check);
    process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : tables(report));
    if (write) keep(report);
    if (!check) return 0;
    const [much, slow] = [tooMuch(report), tooSlow(report)];
    for (const problem of [...much, ...slow]) process.stderr.write(`Over budget: ${problem}\n`);
    return much.length + (options["report-times"] ? 0 : slow.length) > 0 ? 1 : 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function makeReport(
  folder: string,
  { rounds, invocations }: Pick<Options, "rounds" | "invocations">,
  budgetsOnly: boolean,
): Promise<Report> {
  const tls = startTls(folder);
  const variants = await makeVariants(folder);
  const ours = variants.filter(({ kind }) => kind === "ours");
  const withouts = budgetsOnly ? [] : await makeWithouts(folder, ours);
  const stages = new Map<Variant, ProbeStage>();
  for (const variant of variants) stages.set(variant, await prepare(variant, folder, tls));
  // A handler built without a line of the build gets the same event and the same answers.
  for (const { ours, without } of withouts) stages.set(without, stages.get(ours) as ProbeStage);
  const stubbed = await measure([...stages.keys()], stages, "stubbed", rounds);
  const overTls = budgetsOnly ? undefined : await measure(variants, stages, "tls", rounds);
  const rows: Row[] = [];
  for (const variant of variants) {
    const { name, kind, minified, zip, subject } = variant;
    const [cold, withTls, stage] = [stubbed.get(variant), overTls?.get(variant), stages.get(variant)];
    if (!cold || !stage || kind === "without") continue;
    rows.push({
      ...{ name, kind, minified, zip, stubbed: cold },
      ...(withTls && { tls: withTls }),
      ...(kind === "ours" && subject && { roundTrips: await countRoundTrips(subject) }),
      // One handler is enough: all handlers share the code that keeps memory between invocations.
      ...(kind === "ours" &&
        name === peerHandler && { warm: await measureWarm(variant, stage, invocations) }),
    });
  }
  for (const stage of new Set(stages.values())) await stage.close();
  tls.close();
  const levers = withouts.map((without) => leverRow(without, stubbed));
  const date = new Date().toISOString().slice(0, 10);
  const node = process.versions.node;
  return { date, node, machine: machine(), rounds, rows, levers, overhead: measureOverhead() };
}

function leverRow({ lever, ours, without }: Without, measured: Map<Variant, Measured>): LeverRow {
  const load = (variant: Variant) => measured.get(variant)?.load.median ?? Number.NaN;
  return {
    what: lever.what,
    reason: lever.reason,
    handler: ours.name,
    minified: without.minified - ours.minified,
    zip: without.zip - ours.zip,
    load: load(without) - load(ours),
  };
}

function keep(report: Report): void {
  writeFileSync(docs("bench.svg"), chart(report));
  const page = readFileSync(docs("performance.md"), "utf8");
  const [before = "", rest = ""] = page.split(marks[0]);
  const [, after = ""] = rest.split(marks[1]);
  writeFileSync(docs("performance.md"), `${before}${marks[0]}\n\n${tables(report)}\n${marks[1]}${after}`);
}
