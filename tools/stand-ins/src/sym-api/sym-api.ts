import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { mistakes, references, type SymEntity, type SymKind, symKinds } from "./sym-api-entities.ts";

export { type SymEntity, type SymKind, symKinds } from "./sym-api-entities.ts";

/** One request, in the order they came. `kind` is the collection, such as `access-targets`. */
export type SymApiCall = { method: string; kind: string; id?: string; status: number };

/** A stand-in for the part of Sym's REST API that the Terraform provider `symopsio/sym` uses. */
export type SymApi = {
  url: string;
  /** What the provider reads. */
  env: { SYM_API_URL: string; SYM_JWT: string };
  /** Everything of one kind, in the order it was made. */
  entities(kind: SymKind): SymEntity[];
  calls: SymApiCall[];
  close(): Promise<void>;
};

type Store = Map<SymKind, Map<string, SymEntity>>;
type Reply = { status: number; body: unknown };

const prefix = "/api/v1/entities/";

/** Starts the API on a loopback port, with nothing in it; nothing leaves the machine. */
export async function startSymApi(): Promise<SymApi> {
  const store: Store = new Map(symKinds.map((kind) => [kind, new Map()]));
  const calls: SymApiCall[] = [];
  const token = randomUUID();
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://sym");
    const [kind = "", id] = pathname.startsWith(prefix) ? pathname.slice(prefix.length).split("/") : [];
    const { status, body } =
      request.headers.authorization === `Bearer ${token}`
        ? answer(store, await asked(request, kind, id, searchParams))
        : refusal(401, "authorization", "the token is missing or unknown");
    calls.push({ method: request.method ?? "", kind, ...(id && { id }), status });
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    env: { SYM_API_URL: `${url}/api/v1`, SYM_JWT: token },
    entities: (kind) => [...(store.get(kind)?.values() ?? [])].map((entity) => structuredClone(entity)),
    calls,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

type Asked = { method: string; kind: string; id: string | undefined; query: URLSearchParams; sent: unknown };

async function asked(request: IncomingMessage, kind: string, id: string | undefined, query: URLSearchParams) {
  const body = await text(request);
  return { method: request.method ?? "", kind, id, query, sent: readJson(body) } satisfies Asked;
}

function readJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function answer(store: Store, { method, kind, id, query, sent }: Asked): Reply {
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

/** Writes the whole of an entity: the provider sends all of it on an update, too. */
function save(store: Store, kind: SymKind, id: string, sent: unknown): Reply {
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

/** Slugs are unique whatever their case, within one type where there are types. */
function isTwin(one: SymEntity, other: SymEntity): boolean {
  return other["slug"] !== undefined && same(one["slug"], other["slug"]) && one["type"] === other["type"];
}

function same(one: unknown, other: unknown): boolean {
  return String(one).toLowerCase() === String(other).toLowerCase();
}

/** Errors as the provider reads them. */
function refusal(status: number, field: string, message: string): Reply {
  const code = status === 404 ? "NOT_FOUND" : "INVALID_REQUEST";
  const body = { error: true, errors: [{ field, message }], code, status_code: status, is_retryable: false };
  return { status, body };
}
