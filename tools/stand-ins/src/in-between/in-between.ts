import { type HttpReply, type HttpRequest, serve } from "../kernel/serve.ts";

export type { HttpReply } from "../kernel/serve.ts";

/** Stands between a function and a system, as a proxy or a captive portal does. */
export type InBetween = {
  url: string;
  /** From now on, passes requests on to this URL, and DynamoDB's requests to the second URL. */
  passTo(url: string, dynamoDbUrl?: string): void;
  /** The names of the calls since the last `take`, in order, each once. */
  take(): string[];
  /** From now on, gives this reply to each call of this name and does not pass the call on; undefined ends the reply. */
  answer(call: string, reply: HttpReply | undefined): void;
  /** Runs `happens` once, just before the next call of this name is passed on. */
  beforeNext(call: string, happens: () => void): void;
  close(): Promise<void>;
};

/** Starts on a loopback port. The name of a call is AWS's action, or the method and the path without ids. */
export async function startInBetween(): Promise<InBetween> {
  const replies = new Map<string, HttpReply>();
  const happenings = new Map<string, () => void>();
  const calls = new Set<string>();
  let urls = { system: "", dynamoDb: "" };
  const { url, close } = await serve(async (request) => {
    const call = nameOf(request);
    calls.add(call);
    happenings.get(call)?.();
    happenings.delete(call);
    return replies.get(call) ?? pass(isForDynamoDb(request) ? urls.dynamoDb : urls.system, request);
  });
  return {
    url,
    close,
    passTo: (system, dynamoDb = system) => {
      urls = { system, dynamoDb };
    },
    take: () => {
      const taken = [...calls];
      calls.clear();
      return taken;
    },
    beforeNext: (call, happens) => void happenings.set(call, happens),
    answer: (call, reply) => {
      if (reply) replies.set(call, reply);
      else replies.delete(call);
    },
  };
}

const ids = /^(\d+|[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}|01[\dA-Z]{24})$/;

function isForDynamoDb({ headers }: HttpRequest): boolean {
  return String(headers["x-amz-target"]).startsWith("DynamoDB_");
}

function nameOf({ method, url, headers, body }: HttpRequest): string {
  const target = headers["x-amz-target"];
  if (target) return String(target).split(".").at(-1) ?? "";
  const [, action] = /(?:^|&)Action=(\w+)/.exec(body) ?? [];
  if (action) return action;
  const path = url.pathname.split("/").map((part) => (ids.test(part) ? "*" : part));
  const [, root = ""] = /^[^{]*\{\s*(\w+)/.exec(url.pathname.endsWith("/graphql") ? queryIn(body) : "") ?? [];
  return [method, path.join("/"), root].filter(Boolean).join(" ");
}

function queryIn(body: string): string {
  return String(JSON.parse(body).query);
}

/** Passes a request on to the server at this URL. For text in both directions. */
export async function pass(target: string, { method, url, headers, body }: HttpRequest): Promise<HttpReply> {
  const { host: _, connection: __, "transfer-encoding": ___, ...rest } = headers as Record<string, string>;
  const response = await fetch(target + url.pathname + url.search, {
    method,
    headers: rest,
    redirect: "manual",
    ...(body && { body }),
  });
  const {
    "content-encoding": ____,
    "content-length": _____,
    ...shown
  } = Object.fromEntries(response.headers);
  return { status: response.status, headers: shown, body: await response.text() };
}
