import type { Exchange } from "@sym/stand-ins/kernel/record";
import { type Description, descriptionOf, type Operation } from "./description.ts";

/** The operation that a request is for, and what its path says by name. */
export type FoundOperation = { name: string; operation: Operation; path: Record<string, string> };

/** Undefined if the description has no such operation. */
export function findOperation(exchange: Exchange): FoundOperation | undefined {
  const description = descriptionOf(exchange.system);
  const name = description.protocol && nameOnTheWire(description, exchange);
  if (name === undefined) return findByPath(description, exchange);
  const operation = Object.hasOwn(description.operations, name) ? description.operations[name] : undefined;
  return operation && { name, operation, path: {} };
}

/** What AWS's protocols that have but one path name an operation by. */
function nameOnTheWire({ protocol, target }: Description, { body, headers }: Exchange): string | undefined {
  if (protocol === "query") return new URLSearchParams(body).get("Action") ?? "";
  if (protocol !== "json") return undefined;
  const named = headers["x-amz-target"] ?? "";
  return named.startsWith(`${target}.`) ? named.slice(`${target}.`.length) : "";
}

function findByPath({ operations }: Description, exchange: Exchange): FoundOperation | undefined {
  const asked = describedPath(exchange);
  for (const [name, operation] of Object.entries(operations)) {
    const match = operation.method === exchange.method ? patternOf(operation.path).exec(asked) : null;
    if (match) return { name, operation, path: decoded(match.groups ?? {}) };
  }
  return undefined;
}

/**
 * GitHub serves an Enterprise Server's paths below /api/v3, takes the fixed parts of a path in any case, and has each
 * team by ids, too: "You can also specify a team by `org_id` and `team_id` using the route ..." says the description.
 */
function describedPath({ system, path }: Exchange): string {
  const [asked = ""] = path.split("?");
  if (system !== "github") return asked;
  return asked
    .replace(/^\/api\/v3(?=\/)/, "")
    .replace(/^\/organizations\/(\d+)\/team\/(\d+)(?=\/|$)/, "/orgs/$1/teams/$2");
}

const patterns = new Map<string, RegExp>();

function patternOf(template: string): RegExp {
  const pattern = patterns.get(template) ?? new RegExp(`^${segments(template)}$`, "i");
  patterns.set(template, pattern);
  return pattern;
}

/** Names of groups have no hyphens. */
function segments(template: string): string {
  return template
    .replace(/[.]/g, "\\.")
    .replace(/\{([\w-]+)\}/g, (_, name) => `(?<${name.replaceAll("-", "_")}>[^/]+)`);
}

function decoded(groups: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(groups).map(([name, text]) => [name, decodeURIComponent(text)]));
}
