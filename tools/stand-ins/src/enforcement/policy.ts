import { UsageError } from "@sym/command-line/usage-error";

/** An identity-based policy of IAM, with the elements supported here. */
export type PolicyDocument = { Version: string; Statement: PolicyStatement | PolicyStatement[] };
export type PolicyStatement = {
  Sid?: string;
  Effect: "Allow" | "Deny";
  Action: string | string[];
  Resource: string | string[];
};

/** One statement, ready for matching. */
export type Rule = {
  effect: "Allow" | "Deny";
  matchesAction(action: string): boolean;
  matchesResource(arn: string): boolean;
};

/**
 * Reads a policy. Throws a `UsageError` for any element that would not be applied in full, such as a Condition: a
 * statement applied in part would allow more, or less, than AWS does.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
 */
export function readPolicy(document: unknown): Rule[] {
  const { Version, Statement, ...others } = object(document, "A policy");
  // IAM advises against the older version, 2008-10-17.
  if (Version !== "2012-10-17") throw refusal(`Version ${JSON.stringify(Version)}`, "write 2012-10-17");
  const [unknown] = Object.keys(others).filter((name) => name !== "Id");
  if (unknown) throw refusal(`the element ${unknown}`, "leave it out");
  return list(Statement).map(readStatement);
}

function readStatement(statement: unknown): Rule {
  const { Sid: _sid, Effect, Action, Resource, ...others } = object(statement, "A statement");
  const [unknown] = Object.keys(others);
  if (unknown)
    throw refusal(
      `the element ${unknown} of a statement`,
      "use Effect, Action and Resource only, or teach it here",
    );
  if (Effect !== "Allow" && Effect !== "Deny")
    throw refusal(`Effect ${JSON.stringify(Effect)}`, "write Allow or Deny");
  const actions = list(Action).map(actionPattern);
  const resources = list(Resource).map(resourcePattern);
  return {
    effect: Effect,
    matchesAction: (action) => actions.some((matches) => matches(action)),
    matchesResource: (arn) => resources.some((matches) => matches(arn)),
  };
}

/** Action names are compared without case. */
function actionPattern(action: unknown): (action: string) => boolean {
  if (typeof action !== "string" || !/^(\*|[a-z0-9-]+:[\w*?]+)$/i.test(action))
    throw refusal(`Action ${JSON.stringify(action)}`, "write it as service:Name");
  const pattern = wildcards(action.toLowerCase());
  return (asked) => pattern.test(asked.toLowerCase());
}

/** Matches each of an ARN's first five parts separately, and the rest as a whole, with its colons and slashes. */
function resourcePattern(resource: unknown): (arn: string) => boolean {
  if (resource === "*") return () => true;
  if (typeof resource !== "string" || partsOf(resource).length !== 6)
    throw refusal(`Resource ${JSON.stringify(resource)}`, "write an ARN, or *");
  // Policy variables stand for values of the request, which are unknown here.
  if (resource.includes("${")) throw refusal(`the variable in ${resource}`, "write it out");
  const patterns = partsOf(resource).map(wildcards);
  return (arn) => {
    const parts = partsOf(arn);
    return parts.length === 6 && patterns.every((pattern, index) => pattern.test(parts[index] ?? ""));
  };
}

function partsOf(arn: string): string[] {
  const [head = "", ...parts] = arn.split(":");
  return parts.length < 5 ? [head, ...parts] : [head, ...parts.slice(0, 4), parts.slice(4).join(":")];
}

/** `*` stands for any text, even an empty text, and `?` for one character. */
function wildcards(text: string): RegExp {
  const source = text
    .replace(/[\\^$+.()|[\]{}]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, "s");
}

function list(value: unknown): unknown[] {
  if (Array.isArray(value) && value.length > 0) return value;
  if (value === undefined || Array.isArray(value))
    throw refusal(
      `${JSON.stringify(value) ?? "nothing"} as a list of statements, actions or resources`,
      "name one",
    );
  return [value];
}

function object(value: unknown, what: string): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  throw refusal(`${what} that is ${JSON.stringify(value)}`, "write an object");
}

function refusal(found: string, advice: string): UsageError {
  return new UsageError(`The sandbox cannot enforce a policy with ${found}; ${advice}`);
}
