import type { Exchange } from "@sym/stand-ins/kernel/record";
import { type Description, descriptionOf, type Operation } from "./description.ts";

/** The operation of a request, and the parameters in the request's path. */
export type FoundOperation = { name: string; operation: Operation; path: Record<string, string> };

/** Undefined if the description does not have the operation. */
export function findOperation(exchange: Exchange): FoundOperation | undefined {
  const description = descriptionOf(exchange.system);
  const name = description.protocol && nameOnTheWire(description, exchange);
  if (name === undefined) return findByPath(description, exchange);
  const operation = Object.hasOwn(description.operations, name) ? description.operations[name] : undefined;
  return operation && { name, operation, path: {} };
}

/** The operation's name in the header or the body, for AWS's protocols with a single path. */
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
 * GitHub serves an Enterprise Server's paths below /api/v3, ignores case in the fixed parts of a path, and also has
 * each team by ids: "You can also specify a team by `org_id` and `team_id` using the route ..." says the description.
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

/** The path's template as a pattern. Names of groups in a regular expression have no hyphens. */
function segments(template: string): string {
  return template
    .replace(/[.]/g, "\\.")
    .replace(/\{([\w-]+)\}/g, (_, name) => `(?<${name.replaceAll("-", "_")}>[^/]+)`);
}

function decoded(groups: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(groups).map(([name, text]) => [name, decodeURIComponent(text)]));
}
