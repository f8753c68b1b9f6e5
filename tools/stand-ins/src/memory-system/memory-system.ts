import { randomUUID } from "node:crypto";
import { answerUnder, createFaults, type FaultKind, type Unanswered } from "../kernel/faults.ts";
import { type JsonReply, type JsonRequest, serveJson } from "../kernel/json.ts";
import type { LoopbackServer } from "../kernel/loopback.ts";
import { record } from "../kernel/record.ts";
import { createRouter } from "../kernel/routes.ts";

/** People, groups, and the ids of each group's members, under your system's names for these. A group's id never changes. */
export type Directory = {
  people: { id: string; email: string }[];
  groups: { id: string; name: string; members: Set<string> }[];
};

/** Answers a call, and makes the change of a changing call. `parameters`: from the path, the query and a JSON body. */
export type Route = (directory: Directory, parameters: Record<string, string>) => RouteAnswer;
export type RouteAnswer = { status: number; body?: unknown };

/** An HTTP API of your own. */
export type MemoryApi = {
  /** The names of the function's variables for the API's URL and for the bearer token. */
  variables: { url: string; token: string };
  /** Routes by method and path, such as `PUT /groups/{group}/members/{person}`. A call's name is its route. */
  routes: Record<string, Route>;
};

const refusals: Partial<Record<FaultKind, number>> = {
  throttle: 429,
  "internal-error": 500,
  "access-denied": 403,
};

/**
 * A system in memory, for a handler whose target system has no stand-in. The system keeps people, groups and members,
 * checks the token, fails on request, and speaks your API. The conformance suite takes the system as its stand-in.
 */
export function memorySystem({ variables, routes }: MemoryApi) {
  const find = routerOf(routes);
  const directory: Directory = { people: [], groups: [] };
  const faults = createFaults();
  const calls: { action: string; status: number }[] = [];
  const token = randomUUID();
  let server: LoopbackServer | undefined;

  // Synchronous until the route has answered, so no two requests interleave.
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
    /** The token variable of `start`, for a handler that reads the token from Secrets Manager. */
    token,
    /** Returns the variables. */
    async start(): Promise<Record<string, string>> {
      server = await serveJson(exchange);
      record({ secret: token });
      return { [variables.url]: server.url, [variables.token]: token };
    },
    /** Removes all people, groups, calls and faults. */
    reset() {
      directory.people.length = 0;
      directory.groups.length = 0;
      calls.length = 0;
      faults.clear();
    },
    /** Two calls with the same e-mail make two people with a shared e-mail. */
    addPerson: (email: string) => void directory.people.push({ id: randomUUID(), email }),
    addGroup: (name: string) => void directory.groups.push({ id: randomUUID(), name, members: new Set() }),
    /** The group keeps its id and its members. */
    renameGroup(name: string, newName: string) {
      const found = group(name);
      if (found) found.name = newName;
    },
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

/** The texts of a JSON object; any other body has no parameters. */
function textsIn(json: unknown): Record<string, string> {
  const sent = Object.entries(Object(json));
  return Object.fromEntries(sent.filter(([, value]) => typeof value === "string")) as Record<string, string>;
}
