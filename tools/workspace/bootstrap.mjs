#!/usr/bin/env node
// Runs one command of the workspace, after installing the dependencies if they changed:
//   node tools/workspace/bootstrap.mjs [--build] <command> [arguments...]
// Must run on a host with only Node 20 and npm, and is therefore plain JavaScript without dependencies.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, lstatSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const modules = join(root, "node_modules");
const stampFile = join(modules, ".bootstrap.json");
const bin = join(modules, ".bin");

function main(args) {
  const build = args[0] === "--build";
  const [command, ...rest] = build ? args.slice(1) : args;
  if (!command)
    fail("Give a command to run: node tools/workspace/bootstrap.mjs [--build] <command> [arguments...]");
  if (Number(process.versions.node.split(".")[0]) < 20)
    fail(`Node ${process.versions.node} is too old. Install Node 20 or newer, then run the command again.`);

  const { pnpm } = installed() ?? install();
  const env = {
    ...process.env,
    PATH: [bin, dirname(pnpm), process.env.PATH].join(delimiter),
    TURBO_TELEMETRY_DISABLED: "1",
    TURBO_NO_UPDATE_NOTIFIER: "1",
  };
  if (build) {
    const built = spawnSync("node", [join("tools", "workspace", "src", "build.ts")], {
      cwd: root,
      env,
      stdio: "inherit",
    });
    if (built.error) fail(`The build did not start: ${built.error.message}.`);
    if (built.status !== 0) process.exit(1); // The build has printed its message.
  }
  const run = spawnSync(command, rest, { cwd: root, env, stdio: "inherit" });
  if (run.error) fail(`${command} did not start: ${run.error.message}.`);
  process.exit(run.status ?? 1);
}

/** The stamp of the last installation; undefined if an input of the installation has changed since. */
function installed() {
  if (!existsSync(stampFile)) return undefined;
  try {
    const stamp = JSON.parse(readFileSync(stampFile, "utf8"));
    return stamp.inputs === inputs() && existsSync(stamp.pnpm) ? stamp : undefined;
  } catch {
    return undefined; // A damaged stamp only costs another installation.
  }
}

function install() {
  // pnpm would follow the link, and install this copy's dependencies into the workspace behind it.
  if (existsSync(modules) && lstatSync(modules).isSymbolicLink())
    fail(`node_modules is a link to other dependencies. Remove ${modules}, then run the command again.`);
  const manager = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).packageManager;
  process.stderr.write(`Installing the workspace with ${manager} (once, until a dependency changes) ...\n`);
  const where = npx(manager, ["node", "-p", "process.env.PATH"], ["ignore", "pipe", "inherit"]);
  const pnpm = (where.stdout ?? "")
    .trim()
    .split(delimiter)
    .map((folder) => join(folder, "pnpm"))
    .find((file) => existsSync(file));
  if (where.status !== 0 || !pnpm)
    fail(`npx did not fetch ${manager}. Check that npm reaches its registry, then run the command again.`);
  const done = spawnSync(pnpm, ["install", "--reporter=append-only"], { cwd: root, stdio: ["ignore", 2, 2] });
  if (done.status !== 0) fail(`pnpm install failed with the message above. The command was not run.`);
  if (!existsSync(join(bin, "node")) && Number(process.versions.node.split(".")[0]) < 24)
    fail(
      `No pinned Node 24 exists for ${process.platform} ${process.arch}. Install Node 24, then run the command again.`,
    );
  const stamp = { inputs: inputs(), pnpm };
  writeFileSync(stampFile, JSON.stringify(stamp));
  return stamp;
}

/** A digest of all files on which the installation depends. */
function inputs() {
  const manifests = ["examples", "handlers", "packages", "tools"].flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => join(folder, name, "package.json")),
  );
  manifests.push("test-payloads/package.json");
  const hash = createHash("sha256").update(`${process.platform} ${process.arch}`);
  for (const file of ["package.json", "pnpm-workspace.yaml", "pnpm-lock.yaml", ...manifests.sort()])
    if (existsSync(join(root, file))) hash.update(file).update(readFileSync(join(root, file)));
  return hash.digest("hex");
}

function npx(manager, command, stdio) {
  return spawnSync("npx", ["--yes", "--package", manager, "--", ...command], {
    cwd: root,
    stdio,
    encoding: "utf8",
  });
}

function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

main(process.argv.slice(2));
