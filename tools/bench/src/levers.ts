import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { aliases, aliasOption } from "@sym/workspace/aliases";
import { bundle } from "@sym/workspace/bundle";
import { zipOf } from "@sym/workspace/zip";
import type { BuildOptions } from "esbuild";
import type { Variant } from "./variants.ts";

/** A line of the build, and the build without the line. */
type Lever = { what: string; reason: string; without: BuildOptions };

/** The handler that gains most from a lever, as built and as built without the lever. */
export type Without = { lever: Lever; ours: Variant; without: Variant };

const levers: Lever[] = [
  {
    what: "`mainFields`, `conditions`: ES modules before CommonJS",
    reason: "esbuild leaves out what nobody imports from an ES module",
    without: { mainFields: ["main", "module"], conditions: [] },
  },
  { what: "`minify`", reason: "less to read", without: { minify: false } },
  {
    what: '`format: "cjs"`',
    reason: "Node reads one file without resolving imports",
    without: { format: "esm" },
  },
  {
    what: "`supported`: patterns over all of Unicode",
    reason: "esbuild leaves out those that nobody uses",
    without: { supported: {} },
  },
  ...aliases.map((alias) => ({
    what: `alias for \`${alias.name}\``,
    reason: alias.reason,
    without: { alias: aliasOption(aliases.filter((other) => other !== alias)) },
  })),
];

/** Builds the bundle without each lever. `folder` receives the bundles; `ours` are the handlers as built. */
export function makeWithouts(folder: string, ours: Variant[]): Promise<Without[]> {
  return Promise.all(
    levers.map((lever, index) => makeWithout(lever, join(folder, `without-${index}`), ours)),
  );
}

async function makeWithout(lever: Lever, path: string, handlers: Variant[]): Promise<Without> {
  const all = await Promise.all(
    handlers.map(async (ours) => {
      const { code } = await bundle(`handlers/${ours.name}`, lever.without);
      return { ours, code, zip: zipOf("index.cjs", code).length };
    }),
  );
  const [most] = all.sort((one, other) => other.zip - other.ours.zip - (one.zip - one.ours.zip));
  if (!most) throw new Error("No handler to measure");
  const { ours, code, zip } = most;
  const file = `${path}.${lever.without.format === "esm" ? "mjs" : "cjs"}`;
  writeFileSync(file, code);
  const name = `${ours.name} without ${lever.what}`;
  return {
    lever,
    ours,
    without: { ...ours, name, kind: "without", bundle: file, minified: code.length, zip },
  };
}
