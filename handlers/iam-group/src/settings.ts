import { SymError } from "@sym/lambda-core";
import * as v from "valibot";

/** How a requester's e-mail becomes the name of an IAM user. */
export type UserNameRule =
  | { rule: "email" }
  | { rule: "local-part"; domains: string[] }
  | { rule: "map"; names: Record<string, string> };

const names = v.pipe(v.string(), v.parseJson(), v.record(v.pipe(v.string(), v.toLowerCase()), v.string()));

/**
 * Reads `USER_NAME_RULE` (`email` unless set, `local-part` or `map`), `USER_NAME_DOMAINS` (for `local-part`, separated
 * by commas) and `USER_NAME_MAP` (for `map`, a JSON object from e-mail to user name).
 */
export function readEnvironment(environment: Record<string, string | undefined>): UserNameRule {
  const rule = environment["USER_NAME_RULE"] || "email";
  if (rule === "email") return { rule };
  if (rule === "local-part") {
    const domains = (environment["USER_NAME_DOMAINS"] ?? "")
      .toLowerCase()
      .split(/[\s,]+/)
      .filter(Boolean);
    if (domains.length > 0) return { rule, domains };
    throw misconfigured(
      "USER_NAME_RULE is local-part, which needs USER_NAME_DOMAINS, such as example.com,example.org",
    );
  }
  if (rule === "map") {
    const parsed = v.safeParse(names, environment["USER_NAME_MAP"]);
    if (parsed.success) return { rule, names: parsed.output };
    throw misconfigured(
      'USER_NAME_RULE is map, which needs USER_NAME_MAP, such as {"robin@example.com":"robin"}',
    );
  }
  throw misconfigured(`USER_NAME_RULE is "${rule}", but must be email, local-part or map`);
}

function misconfigured(problem: string): SymError {
  return new SymError(`This function is misconfigured: ${problem}`, { reason: "refused" });
}
