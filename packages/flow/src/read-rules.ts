import { misconfigured } from "@sym/lambda-core";
import * as v from "valibot";
import type { TargetRules } from "./rules.ts";
import { rulesShape } from "./rules-shape.ts";
import { unfulfillable } from "./unfulfillable.ts";

/**
 * Reads the JSON of one target's rules. Throws a `SymError` with one sentence for each fault: the target, the field, its value
 * and the remedy.
 */
export function readRules(text: string): TargetRules {
  const input = jsonIn(text);
  const parsed = v.safeParse(rulesShape, input);
  const faults = parsed.success ? unfulfillable(parsed.output) : firstOfEach(parsed.issues).map(fault);
  if (parsed.success && faults.length === 0) return parsed.output;
  const name = `Rules of ${targetIn(input) ?? "a target without a key"}`;
  throw misconfigured(faults.map((sentence) => `${name}: ${sentence}`).join(". "));
}

function jsonIn(text: string): unknown {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson()), text);
  if (parsed.success) return parsed.output;
  throw misconfigured("the rules of a target must be a JSON object");
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
  const field = fieldOf(issue) || "the text";
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
