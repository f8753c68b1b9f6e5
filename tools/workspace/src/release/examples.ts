import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../bundle.ts";

/** The tag of a release. */
const tags = /\bv\d+\.\d+\.\d+(?:-[\w.]+)?\b/g;

/** The files of the examples that name the release of their modules and zips: paths from the workspace's root. */
export function filesWithTag(): string[] {
  return readdirSync(join(root, "examples"))
    .map((name) => join("examples", name))
    .filter((folder) => readdirSync(join(root, folder)).includes("versions.tf"))
    .flatMap((folder) => readdirSync(join(root, folder)).map((name) => join(folder, name)))
    .filter((file) => /\.(md|tf)$/.test(file) && tagsIn(file).length > 0);
}

/** A sentence for each file of the examples that names another tag. */
export function otherTags(tag: string): string[] {
  return filesWithTag().flatMap((file) => {
    const other = tagsIn(file).find((one) => one !== tag);
    return other === undefined ? [] : [`${file} names ${other}, not ${tag}.`];
  });
}

/** Writes the tag in the place of every other tag of the examples. */
export function writeTag(tag: string): void {
  for (const file of filesWithTag()) {
    const text = readFileSync(join(root, file), "utf8");
    writeFileSync(join(root, file), text.replace(tags, tag));
  }
}

function tagsIn(file: string): string[] {
  return readFileSync(join(root, file), "utf8").match(tags) ?? [];
}
