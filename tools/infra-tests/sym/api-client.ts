import type { ResourceSchema } from "./schema.ts";
import { blocksOf, type ObjectValue, type Value } from "./values.ts";

/** Sym's REST API: the URL in the provider's `SYM_API_URL`, and the token in `SYM_JWT`. */
export type SymClient = { url: string; token: string };

/** An entity under the API's own names. */
type Sent = Record<string, unknown>;

/** Creates an entity or, with an id, updates the entity. Returns the id. */
export async function saveEntity(
  client: SymClient,
  schema: ResourceSchema,
  value: ObjectValue,
): Promise<string> {
  const id = typeof value["id"] === "string" ? value["id"] : undefined;
  const path = id === undefined ? schema.collection : `${schema.collection}/${id}`;
  const saved = await send(client, id === undefined ? "POST" : "PATCH", path, toApi(schema, value));
  return String(saved?.["id"]);
}

/** The entity as a value; null if the entity no longer exists. */
export async function readEntity(
  client: SymClient,
  schema: ResourceSchema,
  state: ObjectValue,
): Promise<ObjectValue | null> {
  const found = await send(client, "GET", `${schema.collection}/${String(state["id"])}`);
  return found === undefined ? null : fromApi(schema, found, state);
}

export async function deleteEntity(client: SymClient, schema: ResourceSchema, id: Value): Promise<void> {
  await send(client, "DELETE", `${schema.collection}/${String(id)}`);
}

async function send(client: SymClient, method: string, path: string, body?: Sent): Promise<Sent | undefined> {
  const response = await fetch(`${client.url.replace(/\/+$/, "")}/entities/${path}`, {
    method,
    headers: { authorization: `Bearer ${client.token}`, "content-type": "application/json" },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (response.status === 404 && method !== "POST") return undefined;
  const answer = await response.text();
  if (!response.ok) throw new Error(`Sym's API answered ${response.status} to ${method} ${path}: ${answer}`);
  return JSON.parse(answer);
}

/** For the API, `name` becomes `slug`, code becomes base64, and unset attributes are absent. */
function toApi(schema: ResourceSchema, { id: _, name, implementation, params, ...rest }: ObjectValue): Sent {
  const sent: Sent = Object.fromEntries(Object.entries(rest).filter(([, value]) => !isEmpty(value)));
  if (name) sent["slug"] = name;
  if (implementation) sent["implementation"] = Buffer.from(String(implementation)).toString("base64");
  if (schema.blocks?.["params"])
    sent["params"] = paramsToApi(blocksOf({ params: params ?? [] }, "params")[0]);
  return sent;
}

/** The block `prompt_field` is the API's list `prompt_fields`. */
function paramsToApi(params: ObjectValue = {}): Sent {
  const { prompt_field: _, ...rest } = params;
  const known = Object.entries(rest).filter(([name, value]) => name === "allowed_sources" || !isEmpty(value));
  return {
    ...Object.fromEntries(known.filter(([, value]) => value !== null)),
    prompt_fields: blocksOf(params, "prompt_field"),
  };
}

function isEmpty(value: Value): boolean {
  return value === null || value === "" || (Array.isArray(value) && value.length === 0);
}

/** The API's entity in the shape of the state; absent attributes are null. */
function fromApi(schema: ResourceSchema, found: Sent, state: ObjectValue): ObjectValue {
  const value: ObjectValue = { id: found["id"] as string };
  for (const name of Object.keys(schema.attributes))
    value[name] = (found[name === "name" ? "slug" : name] ?? null) as Value;
  if (value["implementation"])
    value["implementation"] = Buffer.from(String(value["implementation"]), "base64").toString();
  for (const name of Object.keys(value))
    if (value[name] === null && isEmpty(state[name] ?? null)) value[name] = state[name] ?? null;
  if (schema.blocks?.["params"]) {
    const { prompt_fields, ...rest } = found["params"] as { prompt_fields?: ObjectValue[] } & ObjectValue;
    const known = Object.keys(schema.blocks["params"].attributes).map((name) => [name, rest[name] ?? null]);
    value["params"] = [{ ...Object.fromEntries(known), prompt_field: prompt_fields ?? [] }];
  }
  return value;
}
