import { type Description, resolve, type Schema } from "./description.ts";

/** The values of a form or of XML, all still text. Lists are repeated elements, or numbered members named `member`. */
export type Untyped = string | Untyped[] | { [name: string]: Untyped };

/** The value of a text by its schema. Text that does not fit stays text, and so violates the schema. */
export function typed(description: Description, schema: Schema, value: Untyped): unknown {
  const whole = resolve(description, schema);
  if (whole.type === "array")
    return listOf(value).map((one) => typed(description, schemaIn(whole, "items"), one));
  if (whole.type === "object") return typedObject(description, whole, value);
  return typeof value === "string" ? readText(whole, value) : value;
}

function typedObject(description: Description, schema: Schema, value: Untyped): unknown {
  if (typeof value === "string") return value.trim() === "" ? {} : value;
  if (isMap(schema)) return typedMap(description, schemaIn(schema, "additionalProperties"), value);
  const properties = (schema["properties"] ?? {}) as Record<string, Schema>;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, typed(description, properties[name] ?? {}, one)]),
  );
}

function isMap({ properties, additionalProperties }: Schema): boolean {
  return properties === undefined && typeof additionalProperties === "object";
}

/** SNS's form of a map: `entry.1.Name=kind`, `entry.1.Value=…`. */
function typedMap(description: Description, schema: Schema, value: Exclude<Untyped, string>): unknown {
  const entries = Array.isArray(value) ? [] : Object.values(value["entry"] ?? {});
  return Object.fromEntries(
    entries.map((entry) => {
      const { Name, Value = "" } = entry as { Name?: string; Value?: Untyped };
      return [Name, typed(description, schema, Value)];
    }),
  );
}

function schemaIn(schema: Schema, keyword: string): Schema {
  return (schema[keyword] ?? {}) as Schema;
}

function listOf(value: Untyped): Untyped[] {
  if (typeof value === "string") return [];
  const members = Array.isArray(value) ? value : (value["member"] ?? []);
  if (Array.isArray(members)) return members;
  const isNumbered = typeof members === "object" && Object.keys(members).every((key) => /^\d+$/.test(key));
  return isNumbered ? Object.values(members) : [members];
}

/** A number or a boolean, as written in a path, a query, a header, a form or XML. */
export function readText({ type }: Schema, text: string): unknown {
  const types = [type].flat();
  if (types.includes("string")) return text;
  if ((types.includes("integer") || types.includes("number")) && /^-?\d+(\.\d+)?$/.test(text))
    return Number(text);
  if (types.includes("boolean") && /^(true|false)$/.test(text)) return text === "true";
  return text;
}

/** `Tags.member.1.Key=a` as nested objects. */
export function readForm(body: string): { [name: string]: Untyped } {
  const root: { [name: string]: Untyped } = {};
  for (const [path, value] of new URLSearchParams(body)) {
    const names = path.split(".");
    const last = names.pop() ?? "";
    let place = root;
    for (const name of names) {
      place[name] ??= {};
      place = place[name] as { [name: string]: Untyped };
    }
    place[last] = value;
  }
  return root;
}
