import { randomUUID } from "node:crypto";
import { type JsonReply, type JsonRequest, serveJson } from "../kernel/json.ts";
import { mistakes, references, type SymEntity, type SymKind, symKinds } from "./sym-api-entities.ts";

export { type SymEntity, type SymKind, symKinds } from "./sym-api-entities.ts";

/** A request, in order of arrival. `kind` is the collection, such as `access-targets`. */
export type SymApiCall = { method: string; kind: string; id?: string; status: number };

/** A stand-in for Sym's REST API, as far as the Terraform provider `symopsio/sym` uses the API. */
export type SymApi = {
  url: string;
  /** The environment variables of the provider. */
  env: { SYM_API_URL: string; SYM_JWT: string };
  /** All entities of a kind, in the order of creation. */
  entities(kind: SymKind): SymEntity[];
  calls: SymApiCall[];
  close(): Promise<void>;
};

type Store = Map<SymKind, Map<string, SymEntity>>;

const prefix = "/api/v1/entities/";

/** Starts an empty API on a loopback port; nothing leaves the machine. */
export async function startSymApi(): Promise<SymApi> {
  const store: Store = new Map(symKinds.map((kind) => [kind, new Map()]));
  const calls: SymApiCall[] = [];
  const token = randomUUID();
  const { url, close } = await serveJson((request) => {
    const asked = read(request);
    const reply =
      request.headers.authorization === `Bearer ${token}`
        ? answer(store, asked)
        : refusal(401, "authorization", "the token is missing or unknown");
    const { method, kind, id } = asked;
    calls.push({ method, kind, ...(id && { id }), status: reply.status });
    return reply;
  });
  return {
    url,
    env: { SYM_API_URL: `${url}/api/v1`, SYM_JWT: token },
    entities: (kind) => [...(store.get(kind)?.values() ?? [])].map((entity) => structuredClone(entity)),
    calls,
    close,
  };
}

type Asked = { method: string; kind: string; id: string | undefined; query: URLSearchParams; sent: unknown };

function read({ method, url, json }: JsonRequest): Asked {
  const { pathname, searchParams: query } = url;
  const [kind = "", id] = pathname.startsWith(prefix) ? pathname.slice(prefix.length).split("/") : [];
  return { method, kind, id, query, sent: json };
}

function answer(store: Store, { method, kind, id, query, sent }: Asked): JsonReply {
  const entities = store.get(kind as SymKind);
  if (!entities) return refusal(404, "path", `there are no ${kind || "entities without a kind"}`);
  const all = [...entities.values()];
  if (id === undefined) {
    if (method === "POST") return save(store, kind as SymKind, randomUUID(), sent);
    if (method !== "GET") return refusal(405, "method", `${method} needs an id`);
    return { status: 200, body: all.filter((entity) => isMatch(entity, query)) };
  }
  const found = entities.get(id);
  if (!found) return refusal(404, "id", `none of the ${kind} has the id ${id}`);
  if (method === "GET") return { status: 200, body: found };
  if (method === "PATCH") return save(store, kind as SymKind, id, sent);
  if (method !== "DELETE") return refusal(405, "method", `${method} is not for what has an id`);
  const user = [...store.values()]
    .flatMap((others) => [...others.values()])
    .find((other) => references(other).some((one) => one.id === id));
  if (user)
    return refusal(400, "id", `${kind}/${id} is used by ${user["slug"] ?? user.id}, so it cannot be deleted`);
  entities.delete(id);
  return { status: 200, body: {} };
}

/** Replaces the whole entity: the provider sends the whole entity on an update, too. */
function save(store: Store, kind: SymKind, id: string, sent: unknown): JsonReply {
  if (typeof sent !== "object" || sent === null || Array.isArray(sent))
    return refusal(400, "body", "the body is no JSON object");
  const entity: SymEntity = { ...sent, id, kind };
  const entities = store.get(kind) ?? new Map<string, SymEntity>();
  const twin = [...entities.values()].find((other) => other.id !== id && isTwin(other, entity));
  const dangling = references(entity).find((one) => !store.get(one.kind)?.has(one.id));
  const [field, message] =
    mistakes(entity)[0] ??
    (twin && ["slug", `${entity["slug"]} exists already`]) ??
    (dangling && [dangling.field, `none of the ${dangling.kind} has the id ${dangling.id}`]) ??
    [];
  if (field !== undefined) return refusal(400, field, message ?? "");
  entities.set(id, entity);
  return { status: 200, body: entity };
}

function isMatch(entity: SymEntity, query: URLSearchParams): boolean {
  return [...query].every(([name, value]) => same(entity[name], value));
}

/** Slugs are unique regardless of case; for kinds with types, within each type. */
function isTwin(one: SymEntity, other: SymEntity): boolean {
  return other["slug"] !== undefined && same(one["slug"], other["slug"]) && one["type"] === other["type"];
}

function same(one: unknown, other: unknown): boolean {
  return String(one).toLowerCase() === String(other).toLowerCase();
}

/** An error in the form that the provider reads. */
function refusal(status: number, field: string, message: string): JsonReply {
  const code = status === 404 ? "NOT_FOUND" : "INVALID_REQUEST";
  const body = { error: true, errors: [{ field, message }], code, status_code: status, is_retryable: false };
  return { status, body };
}
