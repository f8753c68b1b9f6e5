// Vitest runs this before the tests: makes the zips of the commit before, and unpacks the zips of both commits.
import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { root } from "@sym/workspace/bundle";
import { inCloneOf } from "@sym/workspace/release/commit-clone";
import { git, gitHolds } from "@sym/workspace/release/git";
import { unzipSync } from "fflate";
import type { TestProject } from "vitest/node";

/** The folders with `<name>/index.cjs` and `definition.asl.json` of each commit; or the reason why there is no test. */
export type TwoVersions = { before: string; head: string } | { skipped: string };

declare module "vitest" {
  // biome-ignore lint/style/useConsistentTypeDefinitions: Vitest's own interface, which only an interface extends.
  export interface ProvidedContext {
    versions: TwoVersions;
  }
}

const cache = join(root, "node_modules/.cache/upgrade-tests");
const definition = "definition.asl.json";

export async function setup({ provide }: TestProject): Promise<(() => void) | undefined> {
  const from = process.env["UPGRADE_FROM"] || commitBefore();
  const reason = whyNot(from);
  if (reason !== undefined) {
    process.stderr.write(`SKIPPED: the upgrade, because ${reason}\n`);
    provide("versions", { skipped: reason });
    return undefined;
  }
  const commit = git("rev-parse", `${from}^{commit}`);
  const zips = zipsOf(commit);
  const folder = mkdtempSync(join(tmpdir(), "sym-upgrade-"));
  const versions = { before: join(folder, "before"), head: join(folder, "head") };
  unpack(zips, versions.before);
  unpack(collect(root, join(folder, "zips")), versions.head);
  process.stderr.write(`The upgrade is from ${commit} (${from}) to the present sources, and back.\n`);
  provide("versions", versions);
  return () => rmSync(folder, { recursive: true, force: true });
}

/** The commit before; in a shallow clone that lacks the commit before, the present commit, whose zips play both versions. */
function commitBefore(): string {
  if (gitHolds("rev-parse", "--verify", "--quiet", "HEAD^")) return "HEAD^";
  process.stderr.write(
    "This clone has no commit before HEAD, so the upgrade is from HEAD itself. For the upgrade from the commit before, run git fetch --deepen=1.\n",
  );
  return "HEAD";
}

/** Why no upgrade is tested; undefined if one is. Throws with `CI` set if the commit is missing. */
function whyNot(from: string): string | undefined {
  if (!gitHolds("rev-parse", "--verify", "--quiet", `${from}^{commit}`)) {
    const missing = `this clone has no commit ${from}; set UPGRADE_FROM to a commit or a tag of this clone, or fetch ${from}`;
    if (process.env["CI"]) throw new Error(`The upgrade cannot be tested: ${missing}.`);
    return missing;
  }
  const records = "test-payloads/records/next";
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const isFree = version === "0.0.0" && gitHolds("cat-file", "-e", `${from}:${records}`);
  if (isFree && !gitHolds("diff", "--quiet", from, "--", records))
    return `the records have changed since ${from}, and before the first release no version reads those of another`;
  return undefined;
}

/** The folder with the zips of a commit, which are made once. */
function zipsOf(commit: string): string {
  const made = join(cache, commit);
  if (existsSync(made)) return made;
  process.stderr.write(`Builds commit ${commit} in a clone ...\n`);
  inCloneOf(commit, (clone) => {
    const { status } = spawnSync("npm", ["run", "--silent", "build"], {
      cwd: clone,
      stdio: ["ignore", 2, 2],
    });
    if (status !== 0) throw new Error(`The build of commit ${commit} failed with the message above.`);
    const draft = `${made}.${process.pid}`;
    collect(clone, draft);
    renameSync(draft, made);
  });
  return made;
}

/** Copies the built zips of a workspace, and the definition of its state machine. */
function collect(workspace: string, folder: string): string {
  mkdirSync(folder, { recursive: true });
  const files = spawnSync("git", ["ls-files", "handlers/*/package.json", `infra/**${definition}`], {
    cwd: workspace,
    encoding: "utf8",
  })
    .stdout.trim()
    .split("\n");
  const handlers = files.flatMap((file) => /^handlers\/[^/]+/.exec(file)?.[0] ?? []);
  for (const one of [...handlers, "packages/flow-functions", "packages/slack-door"]) {
    const zip = `${basename(one)}.zip`;
    copyFileSync(join(workspace, one, "dist", zip), join(folder, zip));
  }
  const [machine = ""] = files.filter((file) => file.endsWith(definition));
  copyFileSync(join(workspace, machine), join(folder, definition));
  return folder;
}

function unpack(zips: string, folder: string): void {
  for (const name of readdirSync(zips).filter((one) => one.endsWith(".zip"))) {
    const bundle = join(folder, basename(name, ".zip"));
    mkdirSync(bundle, { recursive: true });
    for (const [file, content] of Object.entries(unzipSync(readFileSync(join(zips, name)))))
      writeFileSync(join(bundle, file), content);
  }
  copyFileSync(join(zips, definition), join(folder, definition));
}
