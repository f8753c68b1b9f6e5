import { readFileSync } from "node:fs";

/** JSON Schema, or a reference to one of the description's own. */
export type Schema = { $ref?: string; type?: string | string[]; [keyword: string]: unknown };

type Parameter = { name: string; in: "path" | "query" | "header"; required: boolean; schema: Schema };

/** What travels outside of the body, and the body. `raw`: the body is of any form. Neither: there is no body. */
export type Message = { parameters?: Parameter[]; body?: Schema; raw?: true };

export type Operation = Message & {
  method: string;
  /** As in OpenAPI; `/` for all of a service's operations where a header or the body names them. */
  path: string;
  /** By status. */
  responses: Record<string, Message>;
  /** Of AWS, by code. */
  errors?: Record<string, { status: number; body: Schema }>;
};

/** A file that make.py made. `protocol` and `target` are AWS's. */
export type Description = {
  source: string;
  protocol?: "query" | "json" | "rest-json";
  target?: string;
  operations: Record<string, Operation>;
  schemas: Record<string, Schema>;
};

/** The systems whose exchanges are checked. GitHub's GraphQL is described by a schema of its own: graphql.ts. */
export const describedSystems = [
  "appconfig",
  "dynamodb",
  "github",
  "iam",
  "identitystore",
  "launchdarkly",
  "secretsmanager",
  "sts",
];

const known = new Map<string, Description>();

export function descriptionOf(system: string): Description {
  const description = known.get(system) ?? read(system);
  known.set(system, description);
  return description;
}

function read(system: string): Description {
  return JSON.parse(readFileSync(new URL(`../descriptions/${system}.json`, import.meta.url), "utf8"));
}

/** The schema itself, where a reference stands for it. */
export function resolve({ schemas }: Description, schema: Schema): Schema {
  const name = schema.$ref?.replace("#/schemas/", "");
  return name === undefined ? schema : (schemas[name] ?? {});
}
