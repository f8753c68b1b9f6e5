import { randomUUID } from "node:crypto";
import type { FaultsAndCalls } from "../kernel/call.ts";
import { freePort } from "../kernel/loopback.ts";
import { startProgram, untilAnswering } from "../kernel/program.ts";
import { startDatabase } from "./database.ts";
import { fetchProgram } from "./fetch-program.ts";
import { type UnleashFlags, unleashFlags } from "./flags.ts";
import { type FaultyProxy, startFaultyProxy } from "./proxy.ts";

/** The real Unleash, AGPL-3.0: fetched when it is needed, run as a program of its own, and no part of this workspace. */
const program = { name: "unleash-server", version: "8.2.0" };

export type Unleash = {
  /** Through a proxy, in which requests can be made to fail. */
  url: string;
  token: string;
  faults: FaultyProxy["faults"];
  requests: FaultyProxy["requests"];
  /** Calls the admin API directly, and throws for any status of 300 or more. Returns the JSON of the answer. */
  // biome-ignore lint/suspicious/noExplicitAny: each path has its own shape, and tests know it.
  admin(method: string, path: string, body?: object): Promise<any>;
  flags: UnleashFlags;
  close(): Promise<void>;
};

/**
 * Starts Unleash on an empty database: PostgreSQL where it is found, else PGlite. The first time, it fetches what is
 * missing into `SANDBOX_CACHE` (`~/.cache/sym-sandbox` unless set). Throws with the reason where it cannot run.
 */
export async function startUnleash(shared?: FaultsAndCalls): Promise<Unleash> {
  const folder = await fetchProgram(program);
  const database = await startDatabase();
  try {
    const port = await freePort();
    const token = `*:*.${randomUUID()}`;
    const server = startProgram(process.execPath, [`${folder}/node_modules/unleash-server/dist/server.js`], {
      env: { ...database.env, ...environment(port, token) },
    });
    const direct = `http://127.0.0.1:${port}`;
    // With the token, so that no other server counts that has taken the port meanwhile.
    await untilAnswering(`${direct}/api/admin/projects`, { authorization: token }, server);
    const proxy = await startFaultyProxy(direct, shared);
    const call: Unleash["admin"] = (method, path, body) =>
      admin(`${direct}/api/admin${path}`, { method, token, body });
    return {
      url: proxy.url,
      token,
      faults: proxy.faults,
      requests: proxy.requests,
      admin: call,
      flags: unleashFlags(call),
      close: async () => {
        await proxy.close();
        await server.stop();
        await database.close();
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** https://docs.getunleash.io/using-unleash/deploy/configuring-unleash; nothing may call home. */
function environment(port: number, token: string): Record<string, string> {
  return {
    HTTP_HOST: "127.0.0.1",
    HTTP_PORT: String(port),
    INIT_ADMIN_API_TOKENS: token,
    CHECK_VERSION: "false",
    SEND_TELEMETRY: "false",
    LOG_LEVEL: "fatal",
    NODE_OPTIONS: "--no-deprecation",
  };
}

type Outgoing = { method: string; token: string; body: object | undefined };

async function admin(url: string, { method, token, body }: Outgoing): Promise<unknown> {
  const headers = { authorization: token, "content-type": "application/json" };
  const response = await fetch(url, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  const text = await response.text();
  if (response.status >= 300) throw new Error(`${method} ${url} answered ${response.status} ${text}`);
  return text === "" ? undefined : JSON.parse(text);
}
