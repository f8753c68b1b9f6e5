import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

// Permissive licences, by SPDX id. Nothing else may come into the lockfile.
const permissive = [
  "0BSD",
  "Apache-2.0",
  "BlueOak-1.0.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "CC0-1.0",
  "ISC",
  "MIT",
  "MIT-0",
  "Unlicense",
];

/** One sentence for each installed package whose licence is not known to be permissive. */
export function checkLicences(root: string): string[] {
  return installedPackages(join(root, "node_modules", ".pnpm")).flatMap(({ name, version, license }) => {
    const allowed = isPermissive(spdx(license));
    return allowed
      ? []
      : [`${name}@${version} has the licence ${JSON.stringify(license)}: use something permissive instead`];
  });
}

/** Old manifests hold an object with the id as its type. */
function spdx(license: unknown): string {
  if (typeof license === "object" && license !== null && "type" in license) return String(license.type);
  return String(license);
}

/** Any part of an OR, or every part of an AND. */
function isPermissive(expression: string): boolean {
  const parts = expression.replace(/[()]/g, "");
  if (parts.includes(" AND ")) return parts.split(" AND ").every(isPermissive);
  return parts.split(" OR ").some((id) => permissive.includes(id.trim()));
}

type Manifest = { name?: string; version?: string; license?: unknown };

function installedPackages(store: string): Manifest[] {
  const found = new Map<string, Manifest>();
  for (const entry of readdirSync(store)) {
    const modules = join(store, entry, "node_modules");
    for (const name of packageNames(modules)) {
      const manifest = readManifest(join(modules, name, "package.json"));
      if (manifest.name) found.set(`${manifest.name}@${manifest.version}`, manifest);
    }
  }
  return [...found.values()];
}

function packageNames(modules: string): string[] {
  return list(modules).flatMap((name) =>
    name.startsWith("@") ? list(join(modules, name)).map((scoped) => `${name}/${scoped}`) : [name],
  );
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // A file, or a folder without packages.
  }
}

function readManifest(file: string): Manifest {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return {}; // Not a package.
  }
}
