// Releases of a copy of the workspace, which is a git repository of its own.
import { createHash } from "node:crypto";
import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { afterAll, beforeAll, expect, test } from "vitest";
import { copyInstalledWorkspace } from "../workspace-copy.test-support.ts";
import type { Manifest } from "./manifest.ts";

const copy = copyInstalledWorkspace();
const out = `${copy.folder}-out`;
const git = (args: string) =>
  copy.run(`git -c user.name=Robin -c user.email=robin@example.com -c commit.gpgsign=false ${args}`);
// Without npm, which would install the dependencies again after a change of the version.
const release = (args: string) =>
  copy.run(`${process.execPath} tools/workspace/src/release/release.ts ${args}`);
const read = (name: string) => readFileSync(join(out, name), "utf8");
const refusal = (output: string) => ({ output: expect.stringContaining(output) });

const { version } = JSON.parse(readFileSync(join(copy.folder, "package.json"), "utf8"));
const [major, minor] = version.split(".").map(Number);
const next = `${major}.${minor + 1}.0`;

beforeAll(async () => {
  const changesets = join(copy.folder, ".changeset");
  for (const name of readdirSync(changesets).filter((one) => /^(?!README).*\.md$/.test(one)))
    rmSync(join(changesets, name));
  writeFileSync(join(changesets, "planted.md"), '---\n"sym-handlers": minor\n---\n\nA planted change.\n');
  // The examples of the present version; before the first release, the examples name the first.
  await copy.run(`sed -i -E s/v[0-9]+[.][0-9]+[.][0-9]+/v${version}/ examples/iam-group-with-*/*.{md,tf}`);
  await git("init --quiet --initial-branch main");
  await commit("A commit between two versions");
});
afterAll(() => {
  copy.remove();
  for (const folder of [out, `${out}3`]) rmSync(folder, { recursive: true, force: true });
});

async function commit(subject: string): Promise<void> {
  await git("add --all");
  await git(`commit --quiet --message '${subject}'`);
}

const bundles = [...readdirSync(join(copy.folder, "handlers")), ...["flow-functions", "slack-door"]];

test("a release has the files of every handler and of the flow, and a manifest and checksums of them", async () => {
  await release(`--out ${out}`);
  const parts = ["zip", "sbom.json", "licences.txt", "index.cjs.map"];
  const others = ["LICENSE", "release-notes.md", "manifest.json", "SHA256SUMS"];
  const expected = [...bundles.flatMap((name) => parts.map((part) => `${name}.${part}`)), ...others];
  expect(readdirSync(out).toSorted()).toEqual(expected.toSorted());

  const sums = read("SHA256SUMS").trimEnd().split("\n");
  const hash = (name: string) =>
    createHash("sha256")
      .update(readFileSync(join(out, name)))
      .digest("hex");
  const summed = expected.filter((name) => name !== "SHA256SUMS").map((name) => `${hash(name)}  ${name}`);
  expect(sums.toSorted()).toEqual(summed.toSorted());
});

test("the manifest names the commit, the pinned Node, and the hash of each zip as Lambda computes it", async () => {
  const { files, ...head }: Manifest = JSON.parse(read("manifest.json"));
  const commit = (await git("rev-parse HEAD")).trim();
  const node = readFileSync(join(copy.folder, ".node-version"), "utf8").trim();
  expect(head).toEqual({ version, commit, node });
  expect(files.map(({ name }) => name)).toEqual(
    read("SHA256SUMS")
      .split("\n")
      .map((line) => line.split("  ")[1])
      .slice(0, -2),
  );
  const zip = readFileSync(join(out, "iam-group.zip"));
  const code = Buffer.from(unzipSync(zip)["index.cjs"] ?? []).toString("utf8");
  const listed = files.find(({ name }) => name === "iam-group.zip");
  expect(listed).toMatchObject({
    bytes: zip.length,
    source_code_hash: createHash("sha256").update(zip).digest("base64"),
    bundle_version: expect.stringMatching(new RegExp(`^${version}\\+[0-9a-f]{12}$`)),
  });
  expect(code).toContain(listed?.bundle_version);
});

test("the notes of a commit between two versions are its changesets", () => {
  expect(read("release-notes.md")).toBe("# Unreleased\n\nA planted change.\n");
});

test("a fresh clone makes the same files, and the comparison names each file that differs", async () => {
  expect(await release(`--verify ${out}`)).toContain(
    `All ${readdirSync(out).length} files are byte for byte the files that a fresh clone of commit`,
  );
  appendFileSync(join(out, "iam-group.zip"), "x");
  rmSync(join(out, "slack-door.zip"));
  await expect(release(`--verify ${out}`)).rejects.toMatchObject({
    output: expect.stringMatching(
      /^iam-group\.zip differs from the clone's file\.\nslack-door\.zip is missing\.\n.* is not the release of commit/m,
    ),
  });
});

test("a folder with files, a change that no commit has, and wrong options are refused", async () => {
  await expect(release(`--out ${out}`)).rejects.toMatchObject(
    refusal("has files. Give a new or empty folder."),
  );
  await expect(release("")).rejects.toMatchObject(refusal("Give either --out <folder>"));
  await expect(release(`--out ${out}2 --verify ${out}`)).rejects.toMatchObject(refusal("Give either"));
  await expect(release("--verify .")).rejects.toMatchObject(refusal("manifest.json does not exist."));
  appendFileSync(join(copy.folder, "README.md"), "x\n");
  await expect(release(`--out ${out}2`)).rejects.toMatchObject(
    refusal("The commit lacks a change of README.md. Commit or remove the changes."),
  );
  await git("checkout --quiet README.md");
  expect(existsSync(`${out}2`)).toBe(false);
});

// On macOS the workspace installs another Node than the pinned one, and refuses to release.
test.runIf(process.platform === "linux")(
  "a tag is refused until its commit has the version and the changes, and is on main",
  async () => {
    const tagged = (tag: string) => release(`--out ${out}3 --tag ${tag}`);
    await expect(tagged("v9.9.9")).rejects.toMatchObject(
      refusal(`The tag v9.9.9 differs from version ${version} of package.json.`),
    );
    await expect(tagged(`v${version}`)).rejects.toMatchObject(refusal("CHANGELOG.md lacks planted.md"));

    await copy.run(`${process.execPath} tools/workspace/src/release/changeset.ts version`);
    await commit(`Version ${next}`);
    const tag = `v${next}`;
    expect(await copy.run("grep -rhoE 'ref=v[0-9.]+' examples | sort -u")).toBe(`ref=${tag}\n`);

    const main = "examples/iam-group-with-flow/main.tf";
    for (const other of ["v9.9.9", `${tag}-rc.1`]) {
      await copy.run(`sed -i s/${tag}/${other}/ ${main}`);
      await commit("An example of another release");
      await expect(tagged(tag)).rejects.toMatchObject(refusal(`${main} names ${other}, not ${tag}.`));
      await git("reset --quiet --hard HEAD~1");
    }

    const records = "test-payloads/records";
    await copy.run(`mv ${records}/${next} ${records}/0.0.1 && cp -r ${records}/0.0.1 ${records}/0.0.2`);
    await commit("Records of other versions");
    await expect(tagged(tag)).rejects.toMatchObject(
      refusal(
        `${records} has no folder ${next}. Run cp -r ${records}/next ${records}/${next}, and commit the folder.`,
      ),
    );
    await copy.run(`cp -r ${records}/next ${records}/${next}`);
    appendFileSync(join(copy.folder, records, next, "iam-group.json"), "\n");
    await commit("Records of another commit");
    await git("tag v0.0.1");
    await expect(tagged(tag)).rejects.toMatchObject(
      refusal(`${records}/${next}/iam-group.json differs from ${records}/next/iam-group.json. Run cp -r`),
    );
    await copy.run(`cp -r ${records}/next/. ${records}/${next} && rm ${records}/0.0.1/iam-group.json`);
    await commit(`Records of ${next}, and a change of older records`);
    await expect(tagged(tag)).rejects.toMatchObject(
      refusal(
        `${records}/0.0.1 differs from the folder in tag v0.0.1. Run git checkout v0.0.1 -- ${records}`,
      ),
    );
    await git("reset --quiet --hard HEAD~3");

    await expect(tagged(tag)).rejects.toMatchObject(refusal(`The tag ${tag} does not exist here.`));
    await git(`tag ${tag} HEAD~1`);
    await expect(tagged(tag)).rejects.toMatchObject(refusal(`The tag ${tag} names commit`));

    await git("checkout --quiet --detach");
    await git("commit --quiet --allow-empty --message 'Not merged'");
    await git(`tag --force ${tag}`);
    await expect(tagged(tag)).rejects.toMatchObject(refusal("is not on main. Merge the commit"));

    await git("checkout --quiet main");
    await git(`tag --force ${tag}`);
    await tagged(tag);
    const notes = readFileSync(`${out}3/release-notes.md`, "utf8");
    expect(notes).toMatch(/^### Minor Changes\n\n- [\da-f]{7,}: A planted change\.$/m);
    expect(notes).toMatch(new RegExp(`^# ${next}\n`));
    expect(readFileSync(`${out}3/manifest.json`, "utf8")).toContain(`"version": "${next}"`);
  },
);

test("a copy with linked dependencies refuses to install other dependencies through the link", async () => {
  appendFileSync(join(copy.folder, "package.json"), "\n");
  await expect(copy.run("npm run --silent build")).rejects.toMatchObject(
    refusal("node_modules is a link to other dependencies. Remove"),
  );
});
