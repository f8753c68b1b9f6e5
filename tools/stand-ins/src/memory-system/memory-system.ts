import { randomUUID } from "node:crypto";
import { answerUnder, createFaults, type FaultKind, type Unanswered } from "../kernel/faults.ts";
import { type JsonReply, type JsonRequest, serveJson } from "../kernel/json.ts";
import type { LoopbackServer } from "../kernel/loopback.ts";
import { record } from "../kernel/record.ts";
import { createRouter } from "../kernel/routes.ts";

/** People, groups, and the ids of the people who are in them: whatever your system calls all that. */
export type Directory = {
  people: { id: string; email: string }[];
  groups: { name: string; members: Set<string> }[];
};

/** Answers one call, and makes the change if it is one. `parameters`: from the path, the query and a JSON body. */
export type Route = (directory: Directory, parameters: Record<string, string>) => RouteAnswer;
export type RouteAnswer = { status: number; body?: unknown };

/** An HTTP API of your own. */
export type MemoryApi = {
  /** The function's variables that say where the API is, and with which bearer token it may call it. */
  variables: { url: string; token: string };
  /** By method and path, such as `PUT /groups/{group}/members/{person}`, which is also the name of the call. */
  routes: Record<string, Route>;
};

const refusals: Partial<Record<FaultKind, number>> = {
  throttle: 429,
  "internal-error": 500,
  "access-denied": 403,
};

/**
 * A system in memory, for a handler whose target system has no stand-in: it keeps people, groups and members, checks the
 * token, fails as it is told, and speaks the API that you give it. It is a stand-in for the conformance suite as it is.
 */
export function memorySystem({ variables, routes }: MemoryApi) {
  const find = routerOf(routes);
  const directory: Directory = { people: [], groups: [] };
  const faults = createFaults();
  const calls: { action: string; status: number }[] = [];
  const token = randomUUID();
  let server: LoopbackServer | undefined;

  // Synchronous until the route has answered, so that no two requests interleave.
  async function exchange({ method, url, headers, json }: JsonRequest): Promise<JsonReply | Unanswered> {
    const found = find(method, url.pathname);
    if (!found) return { status: 404, body: { error: `There is no route for ${method} ${url.pathname}` } };
    const { action, answer } = found.route;
    const parameters = { ...textsIn(json), ...Object.fromEntries(url.searchParams), ...found.parameters };
    const isAllowed = headers.authorization === `Bearer ${token}`;
    const outcome = isAllowed ? await perform(action, () => answer(directory, parameters)) : { status: 401 };
    calls.push({ action, status: outcome.status });
    return { headers: { "retry-after": "1" }, ...outcome };
  }

  async function perform(action: string, answer: () => RouteAnswer): Promise<RouteAnswer | Unanswered> {
    const fault = faults.take("", action);
    const refusal = fault && refusals[fault];
    if (refusal) return { status: refusal, body: { error: "The stand-in refuses" } };
    return answerUnder(fault, answer);
  }

  const group = (name: string) => directory.groups.find((one) => one.name === name);
  const idsOf = (email: string) => directory.people.filter((one) => one.email === email).map(({ id }) => id);
  return {
    /** What `start` returns as a variable, for a handler that asks Secrets Manager for it. */
    token,
    /** Returns the variables. */
    async start(): Promise<Record<string, string>> {
      server = await serveJson(exchange);
      record({ secret: token });
      return { [variables.url]: server.url, [variables.token]: token };
    },
    /** Nobody and nothing is there any more, no calls and no faults. */
    reset() {
      directory.people.length = 0;
      directory.groups.length = 0;
      calls.length = 0;
      faults.clear();
    },
    /** Twice with the same e-mail makes two people who share it. */
    addPerson: (email: string) => void directory.people.push({ id: randomUUID(), email }),
    addGroup: (name: string) => void directory.groups.push({ name, members: new Set() }),
    addMember(email: string, name: string) {
      for (const id of idsOf(email)) group(name)?.members.add(id);
    },
    isMember: (email: string, name: string) =>
      idsOf(email).some((id) => group(name)?.members.has(id) ?? false),
    /** By the names of the routes. */
    faults: { inject: faults.inject, clear: faults.clear },
    calls: () => calls,
    close: async () => server?.close(),
  };
}

function routerOf(routes: MemoryApi["routes"]) {
  const all = Object.entries(routes).map(([action, answer]) => {
    const [method = "", path = ""] = action.split(" ");
    return { action, method, path, answer };
  });
  return createRouter(all);
}

/** The texts of an object of JSON; a body that is none has no parameters. */
function textsIn(json: unknown): Record<string, string> {
  const sent = Object.entries(Object(json));
  return Object.fromEntries(sent.filter(([, value]) => typeof value === "string")) as Record<string, string>;
}
