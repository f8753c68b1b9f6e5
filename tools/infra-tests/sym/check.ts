import { type Block, promptFieldTypes } from "./schema.ts";
import { blocksOf, isUnknown, type ObjectValue } from "./values.ts";

/** The provider's error about an attribute of a configuration. */
export type Problem = { attribute: string; summary: string; detail: string };

/** The checks of `symopsio/sym` 3 that a schema cannot express. Unknown values pass. */
export function checkResource(type: string, value: ObjectValue): Problem[] {
  if (type === "sym_strategy") return checkStrategy(value);
  if (type === "sym_flow") return checkFlow(value);
  return [];
}

function checkStrategy(value: ObjectValue): Problem[] {
  if (value["type"] === "http" || isUnknown(value["type"]) || value["integration_id"] !== null) return [];
  return [
    problem("integration_id", "Strategy requires an Integration", `${String(value["type"])} needs one`),
  ];
}

function checkFlow(value: ObjectValue): Problem[] {
  const problems: Problem[] = [];
  if (typeof value["implementation"] === "string" && /^\S+\.py$/.test(value["implementation"]))
    problems.push(
      problem("implementation", "No file name, but code", "use file() to read the implementation file"),
    );
  for (const field of blocksOf(value, "params").flatMap((params) => blocksOf(params, "prompt_field"))) {
    const { name, type, allowed_values: allowed, required } = field;
    if (typeof type === "string" && !promptFieldTypes.includes(type))
      problems.push(
        problem("params", "Invalid prompt_field.type", `"${type}" is not a valid prompt_field type`),
      );
    const isOffered = isUnknown(allowed) || (Array.isArray(allowed) && allowed.length > 0);
    if (name === "duration" && (type !== "duration" || required === false || !isOffered))
      problems.push(
        problem(
          "params",
          "Invalid duration",
          "the field must be a required field of type duration with allowed_values",
        ),
      );
  }
  return problems;
}

function problem(attribute: string, summary: string, detail: string): Problem {
  return { attribute, summary, detail };
}

/** A block's schema in the wire format. */
export function wireBlock(block: Block, isResource = false): object {
  const id = { name: "id", type: wireType("string"), optional: true, computed: true };
  const attributes = Object.entries(block.attributes).map(([name, { type, required = false }]) => ({
    name,
    type: wireType(type),
    required,
    optional: !required,
  }));
  const blocks = Object.entries(block.blocks ?? {}).map(([name, nested]) => ({
    type_name: name,
    block: wireBlock(nested),
    nesting: 2, // A list of blocks.
    max_items: nested.max ?? 0,
  }));
  return { attributes: isResource ? [id, ...attributes] : attributes, block_types: blocks };
}

function wireType(type: unknown): Buffer {
  return Buffer.from(JSON.stringify(type));
}
