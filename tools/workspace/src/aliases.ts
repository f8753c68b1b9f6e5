import { basename } from "node:path";
import { fileURLToPath } from "node:url";

/** A package, or an entry point of one. A module of ours with the same exports, in `left-out`, takes its place. */
export type Alias = { name: string; reason: string };

/** What no function uses in Lambda. All else in a bundle is as its authors wrote it. */
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

/** The aliases as esbuild takes them. */
export function aliasOption(list: Alias[]): Record<string, string> {
  return Object.fromEntries(list.map((alias) => [alias.name, insteadOf(alias)]));
}

/** The path of the module that takes the package's place. */
export function insteadOf({ name }: Alias): string {
  return fileURLToPath(new URL(`./left-out/${basename(name)}.ts`, import.meta.url));
}
