import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { listBundled, root } from "../bundle.ts";
import { git } from "./git.ts";
import { hashesOf, type Manifest, type ReleasedFile } from "./manifest.ts";
import { releaseNotes } from "./notes.ts";
import { pinnedNode, version } from "./version.ts";

/** The files of a release by name, in the order of `SHA256SUMS`. */
export type ReleaseFiles = Map<string, Uint8Array>;

/**
 * The files of the present commit's release, from the bundles of the last build. The files depend on the commit alone,
 * and not on a time, a folder or the host, so that a clone can make the same bytes.
 */
export function releaseFiles(): ReleaseFiles {
  const files: ReleaseFiles = new Map(released().flatMap(filesOfBundle));
  files.set("LICENSE", readFileSync(join(root, "LICENSE")));
  files.set("release-notes.md", Buffer.from(releaseNotes()));
  files.set("manifest.json", Buffer.from(`${JSON.stringify(manifestOf(files), null, 2)}\n`));
  files.set("SHA256SUMS", Buffer.from(sumsOf(files)));
  return files;
}

/** The folders with a bundle that people deploy: not the examples, which are made to be copied. */
function released(): string[] {
  return listBundled().filter((folder) => !folder.startsWith("examples/"));
}

function filesOfBundle(folder: string): [name: string, content: Uint8Array][] {
  const name = basename(folder);
  const dist = (file: string) => readFileSync(join(root, folder, "dist", file));
  return [
    [`${name}.zip`, dist(`${name}.zip`)],
    [`${name}.sbom.json`, dist(`${name}.sbom.json`)],
    [`${name}.licences.txt`, dist(`${name}.licences.txt`)],
    // Finds the line of a minified stack trace in the log; not in the zip, because Lambda would load the map for nothing.
    [`${name}.index.cjs.map`, dist("index.cjs.map")],
  ];
}

function manifestOf(files: ReleaseFiles): Manifest {
  return {
    version,
    commit: git("rev-parse", "HEAD"),
    node: pinnedNode,
    files: [...files].map(([name, content]) => described(name, content)),
  };
}

function described(name: string, content: Uint8Array): ReleasedFile {
  const { hex, base64 } = hashesOf(content);
  const file = { name, bytes: content.length, sha256: hex };
  const folder = released().find((one) => `${basename(one)}.zip` === name);
  if (folder === undefined) return file;
  const bundleVersion = bundleVersionOf(folder);
  return {
    ...file,
    source_code_hash: base64,
    ...(bundleVersion !== undefined && { bundle_version: bundleVersion }),
  };
}

/** The version that the build wrote into the bundle; undefined if no source of the bundle reads the version. */
function bundleVersionOf(folder: string): string | undefined {
  const code = readFileSync(join(root, folder, "dist/index.cjs"), "utf8");
  return new RegExp(`${version.replaceAll(".", "\\.")}\\+[\\da-f]{12}\\b`).exec(code)?.[0];
}

/** The format of `sha256sum --check`. */
function sumsOf(files: ReleaseFiles): string {
  return [...files].map(([name, content]) => `${hashesOf(content).hex}  ${name}\n`).join("");
}
