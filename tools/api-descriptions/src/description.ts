import { readFileSync } from "node:fs";

/** JSON Schema, or a reference to a schema of the same description. */
export type Schema = { $ref?: string; type?: string | string[]; [keyword: string]: unknown };

type Parameter = { name: string; in: "path" | "query" | "header"; required: boolean; schema: Schema };

/** The parameters outside of the body, and the body. `raw`: a body of any form. Without `body` and `raw`: no body. */
export type Message = { parameters?: Parameter[]; body?: Schema; raw?: true };

export type Operation = Message & {
  method: string;
  /** As in OpenAPI; `/` for all operations of a service whose header or body names the operation. */
  path: string;
  /** By status. */
  responses: Record<string, Message>;
  /** Of AWS, by code. */
  errors?: Record<string, { status: number; body: Schema }>;
};

/** A file made by make.py. `protocol` and `target` are AWS's. */
export type Description = {
  source: string;
  protocol?: "query" | "json" | "rest-json";
  target?: string;
  operations: Record<string, Operation>;
  schemas: Record<string, Schema>;
};

/** The systems with a description. GitHub's GraphQL has its own schema: see graphql.ts. */
export const describedSystems = [
  "appconfig",
  "dynamodb",
  "github",
  "iam",
  "identitystore",
  "lambda",
  "launchdarkly",
  "secretsmanager",
  "sns",
  "ssm",
  "states",
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

/** The schema itself, or the schema behind a reference. */
export function resolve({ schemas }: Description, schema: Schema): Schema {
  const name = schema.$ref?.replace("#/schemas/", "");
  return name === undefined ? schema : (schemas[name] ?? {});
}
