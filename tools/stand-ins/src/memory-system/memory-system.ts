import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { createFaults, type FaultKind } from "../kernel/faults.ts";
import { type LoopbackServer, serveOnLoopback } from "../kernel/loopback.ts";
import { record } from "../kernel/record.ts";

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

/** What became of a request: an answer, or a status of 0 and what became of the connection instead. */
type Outcome = RouteAnswer & { connection?: "open" | "broken" };

/**
 * A system in memory, for a handler whose target system has no stand-in: it keeps people, groups and members, checks the
 * token, fails as it is told, and speaks the API that you give it. It is a stand-in for the conformance suite as it is.
 */
export function memorySystem({ variables, routes }: MemoryApi) {
  const directory: Directory = { people: [], groups: [] };
  const faults = createFaults();
  const calls: { action: string; status: number }[] = [];
  const token = randomUUID();
  let server: LoopbackServer | undefined;

  async function handle(request: IncomingMessage, response: ServerResponse) {
    const body = parse(await text(request));
    const outcome = exchange(request, body);
    if (outcome.connection === "open") return;
    if (outcome.connection === "broken") return void request.socket.destroy();
    response.writeHead(outcome.status, { "content-type": "application/json", "retry-after": "1" });
    response.end(JSON.stringify(outcome.body));
  }

  // Synchronous from here on, so that no two requests interleave.
  function exchange({ method = "", url = "", headers }: IncomingMessage, body: object): Outcome {
    const { pathname, searchParams } = new URL(url, "http://memory");
    const found = find(routes, method, pathname);
    if (!found) return { status: 404, body: { error: `There is no route for ${method} ${pathname}` } };
    const parameters = { ...textsIn(body), ...Object.fromEntries(searchParams), ...found.parameters };
    const isAllowed = headers.authorization === `Bearer ${token}`;
    const outcome = isAllowed ? perform(found.action, found.route, parameters) : { status: 401 };
    calls.push({ action: found.action, status: outcome.status });
    return outcome;
  }

  function perform(action: string, route: Route, parameters: Record<string, string>): Outcome {
    const fault = faults.take("", action);
    const refusal = fault && refusals[fault];
    if (refusal) return { status: refusal, body: { error: "The stand-in refuses" } };
    if (fault === "timeout") return { status: 0, connection: "open" };
    if (fault === "reset") return { status: 0, connection: "broken" };
    const answer = route(directory, parameters);
    if (fault === "answer-withheld") return { status: 0, connection: "open" };
    if (fault === "answer-lost") return { status: 0, connection: "broken" };
    return answer;
  }

  const group = (name: string) => directory.groups.find((one) => one.name === name);
  const idsOf = (email: string) => directory.people.filter((one) => one.email === email).map(({ id }) => id);
  return {
    /** What `start` returns as a variable, for a handler that asks Secrets Manager for it. */
    token,
    /** Returns the variables. */
    async start(): Promise<Record<string, string>> {
      server = await serveOnLoopback(handle);
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
    trouble: (action: string, kind: FaultKind, times: number) => faults.inject({ action, kind, times }),
    mend: faults.clear,
    calls: () => calls,
    close: async () => server?.close(),
  };
}

function find(routes: MemoryApi["routes"], method: string, path: string) {
  for (const [action, route] of Object.entries(routes)) {
    const literal = action.replace(/[.*+?^$()|[\]\\]/g, "\\$&");
    const pattern = literal.replace(/\{(\w+)\}/g, "(?<$1>[^/]+)");
    const match = new RegExp(`^${pattern}$`).exec(`${method} ${path}`);
    if (!match) continue;
    const named = Object.entries(match.groups ?? {}).map(([name, value]) => [
      name,
      decodeURIComponent(value),
    ]);
    return { action, route, parameters: Object.fromEntries(named) as Record<string, string> };
  }
  return undefined;
}

function textsIn(body: object): Record<string, string> {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => typeof value === "string"));
}

function parse(body: string): object {
  try {
    return Object(JSON.parse(body));
  } catch {
    return {}; // Then it has no parameters.
  }
}
