import { misconfigured } from "@sym/lambda-core";
import * as v from "valibot";
import type { TargetRules } from "./rules.ts";
import { rulesShape } from "./rules-shape.ts";
import { unfulfillable } from "./unfulfillable.ts";

/** The rules by the key of their target. */
export type RulesByTarget = ReadonlyMap<string, TargetRules>;

/**
 * Reads a JSON list of rules, one object for each target. Throws a `SymError` with one sentence for each fault: the target, the
 * field, its value and the remedy.
 */
export function readRules(text: string): RulesByTarget {
  const read = listIn(text).map(readTarget);
  const rules = read.flatMap((one) => (one.rules ? [one.rules] : []));
  const targets = rules.map(({ target }) => target);
  const twice = targets.find((target, index) => targets.indexOf(target) !== index);
  const faults = [
    ...read.flatMap((one) => one.faults),
    ...(twice === undefined ? [] : [`Two rules have the target ${twice}; give each target one rule`]),
  ];
  if (faults.length > 0) throw misconfigured(faults.join(". "));
  return new Map(rules.map((one) => [one.target, one]));
}

function listIn(text: string): unknown[] {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), v.array(v.unknown())), text);
  if (parsed.success) return parsed.output;
  throw misconfigured("the rules must be a JSON list of objects, one for each target");
}

function readTarget(input: unknown, index: number): { rules?: TargetRules; faults: string[] } {
  const parsed = v.safeParse(rulesShape, input);
  const name = `Rules of ${targetIn(input) ?? `entry ${index}`}`;
  if (!parsed.success)
    return { faults: firstOfEach(parsed.issues).map((issue) => `${name}: ${fault(issue)}`) };
  const faults = unfulfillable(parsed.output);
  return { rules: parsed.output, faults: faults.map((sentence) => `${name}: ${sentence}`) };
}

function targetIn(input: unknown): string | undefined {
  const parsed = v.safeParse(v.object({ target: v.pipe(v.string(), v.maxLength(64)) }), input);
  return parsed.success ? parsed.output.target : undefined;
}

/** The first issue of each field. */
function firstOfEach(issues: readonly v.BaseIssue<unknown>[]): v.BaseIssue<unknown>[] {
  const fields = issues.map(fieldOf);
  return issues.filter((_, index) => fields.indexOf(fields[index] ?? "") === index);
}

function fieldOf(issue: v.BaseIssue<unknown>): string {
  return (issue.path ?? []).map(({ key }) => String(key)).join(".");
}

function fault(issue: v.BaseIssue<unknown>): string {
  const field = fieldOf(issue) || "the entry";
  if (issue.type === "strict_object" && issue.expected === "never")
    return `${field} is not a field of the rules; remove the field, or correct its name`;
  if (issue.input === undefined) return `${field} is missing; add the field as in packages/flow/README.md`;
  return `${field} is ${preview(issue.input)}, but ${issue.message}`;
}

const longestPreview = 80;

function preview(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > longestPreview ? `${text.slice(0, longestPreview)}...` : text;
}
