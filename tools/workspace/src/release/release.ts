// Makes the files of a release, or compares them with those of a fresh clone.
import { resolve } from "node:path";
import { readCommandLine } from "@sym/command-line/command-line";
import { runCommand, UsageError } from "@sym/command-line/usage-error";
import { buildAll } from "../build-all.ts";
import { differencesWithClone } from "./clone.ts";
import { releaseFiles } from "./files.ts";
import { refuseFull, writeInto } from "./folder.ts";
import { refuseChanges, refuseTag } from "./refusals.ts";

const usage = `Makes the files of a release: zips, bills of materials, source maps, licences,
release notes, manifest.json and SHA256SUMS.

  npm run release -- --out <folder> [--tag v<version>]
  npm run release -- --verify <folder>

--out writes the files of the present commit into a new folder. --tag also
refuses a commit that must not be published under this tag. --verify clones the
commit of a release, makes its files again, and compares each byte; the exit
code is 1 if a file differs.

  npm run release -- --out /tmp/release
`;

await runCommand(async () => {
  const { values, positionals } = readCommandLine(
    process.argv.slice(2),
    {
      out: { type: "string" },
      tag: { type: "string" },
      verify: { type: "string" },
      help: { type: "boolean", short: "h" },
    },
    "npm run release --",
  );
  const { help, out, tag, verify } = values;
  if (help) {
    process.stdout.write(usage);
    return 0;
  }
  if (positionals.length > 0)
    throw new UsageError(`Unknown argument "${positionals[0]}": see npm run release -- --help.`);
  if (out !== undefined && verify === undefined) return await make(resolve(out), tag);
  if (verify !== undefined && out === undefined && tag === undefined) return compare(resolve(verify));
  throw new UsageError(
    "Give either --out <folder>, with or without --tag, or --verify <folder>: see npm run release -- --help.",
  );
});

async function make(folder: string, tag: string | undefined): Promise<number> {
  refuseFull(folder);
  refuseChanges();
  if (tag !== undefined) refuseTag(tag);
  const { errors, warnings } = await buildAll();
  for (const text of [...warnings, ...errors]) process.stderr.write(text);
  if (errors.length > 0) return 1;
  const files = releaseFiles();
  writeInto(folder, files);
  for (const [name, content] of files) print(`${String(content.length).padStart(9)} bytes  ${name}`);
  print(`${files.size} files are in ${folder}.`);
  return 0;
}

function compare(folder: string): number {
  const { commit, compared, differences } = differencesWithClone(folder);
  for (const difference of differences) print(difference);
  print(
    differences.length === 0
      ? `All ${compared} files are byte for byte the files that a fresh clone of commit ${commit} makes.`
      : `${folder} is not the release of commit ${commit}. Do not publish or deploy its files.`,
  );
  return differences.length === 0 ? 0 : 1;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
