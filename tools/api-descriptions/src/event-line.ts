import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";

const schema = JSON.parse(
  readFileSync(new URL("../../../docs/event-line.schema.json", import.meta.url), "utf8"),
);
const validate = new Ajv2020({ allErrors: true, strictRequired: false }).compile(schema);

/** The names of the fields of the event line. */
export const eventLineFields: string[] = Object.keys(schema.properties);

/** The fields of an event line. */
// biome-ignore lint/suspicious/noExplicitAny: the schema says which fields have which type.
export type EventLine = Record<string, any>;

/** The fields of an event line of a function's log; undefined for every other line. */
export function readEventLine(line: string): EventLine | undefined {
  if (!line.startsWith('{"level":')) return undefined;
  try {
    const fields = JSON.parse(line);
    return fields.step === "event" ? fields : undefined;
  } catch {
    return undefined;
  }
}

/** The differences of an event line from docs/event-line.schema.json, a sentence each. */
export function eventLineProblems(fields: EventLine): string[] {
  validate(fields);
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}
