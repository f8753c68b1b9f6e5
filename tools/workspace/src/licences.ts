import { spawnSync } from "node:child_process";
import satisfies from "spdx-satisfies";

// Permissive licences, by SPDX id. Every dependency must have one of these.
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

type Listed = Record<string, { name: string; versions: string[] }[]>;

/** A sentence for each installed package without a known permissive licence. */
export function checkLicences(): string[] {
  const { status, stdout, stderr } = spawnSync("pnpm", ["licenses", "list", "--json"], {
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) return [`pnpm licenses list failed: ${stderr.trim()}`];
  const refused = Object.entries(JSON.parse(stdout) as Listed).filter(([licence]) => !isPermissive(licence));
  return refused.flatMap(([licence, packages]) =>
    packages.map(
      ({ name, versions }) =>
        `${name}@${versions.join(", ")} has the licence ${licence}; use a package with a permissive licence instead`,
    ),
  );
}

export function isPermissive(licence: string): boolean {
  try {
    return satisfies(licence, permissive);
  } catch {
    return false; // Not an SPDX expression, such as "Unknown".
  }
}
