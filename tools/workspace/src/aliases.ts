import { basename } from "node:path";
import { fileURLToPath } from "node:url";

/** A package, or a package's entry point. Our module in `left-out`, with the same exports, replaces the package. */
export type Alias = { name: string; reason: string };

/** The packages that no function uses in Lambda. All other code in a bundle is the authors' own. */
export const aliases: Alias[] = [
  {
    name: "@aws-sdk/credential-provider-node",
    reason: "Lambda provides the role's credentials in the environment",
  },
  {
    name: "@smithy/core/event-streams",
    reason: "no operation that a handler calls streams events",
  },
  {
    name: "@octokit/auth-oauth-user",
    reason: "a GitHub App authenticates with its private key; no user signs in through a function",
  },
];

/** The aliases as an option for esbuild. */
export function aliasOption(list: Alias[]): Record<string, string> {
  return Object.fromEntries(list.map((alias) => [alias.name, insteadOf(alias)]));
}

/** The path of the module that replaces the package. */
export function insteadOf({ name }: Alias): string {
  return fileURLToPath(new URL(`./left-out/${basename(name)}.ts`, import.meta.url));
}
