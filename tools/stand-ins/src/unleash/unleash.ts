import { randomUUID } from "node:crypto";
import type { FaultsAndCalls } from "../kernel/call.ts";
import { freePort } from "../kernel/loopback.ts";
import { startProgram, untilAnswering } from "../kernel/program.ts";
import { startDatabase } from "./database.ts";
import { fetchProgram } from "./fetch-program.ts";
import { type UnleashFlags, unleashFlags } from "./flags.ts";
import { type FaultyProxy, startFaultyProxy } from "./proxy.ts";

/** The real Unleash, AGPL-3.0: fetched on demand, run as its own program, and not part of this workspace. */
const program = { name: "unleash-server", version: "8.2.0" };

export type Unleash = {
  /** The URL of the proxy, which injects faults. */
  url: string;
  token: string;
  faults: FaultyProxy["faults"];
  requests: FaultyProxy["requests"];
  /** Calls the admin API directly. Returns the JSON of the answer. Throws for any status of 300 or more. */
  // biome-ignore lint/suspicious/noExplicitAny: each path has its own shape, and tests know the shape.
  admin(method: string, path: string, body?: object): Promise<any>;
  flags: UnleashFlags;
  close(): Promise<void>;
};

/**
 * Starts Unleash on an empty database: an installed PostgreSQL, or else PGlite. The first start fetches the missing
 * packages into `SANDBOX_CACHE` (`~/.cache/sym-sandbox` unless set). Throws with the reason of a failed start.
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
    // With the token: another server that took the port in the meantime would not accept the token.
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

/** https://docs.getunleash.io/using-unleash/deploy/configuring-unleash; Unleash must not call home. */
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
