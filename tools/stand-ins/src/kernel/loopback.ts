import { randomInt } from "node:crypto";
import { once } from "node:events";
import type { Server as HttpServer } from "node:http";
import { type AddressInfo, createServer, type Server } from "node:net";

/** A server that only this machine can reach. */
export type LoopbackServer = { url: string; close(): Promise<void> };

/** Lets a server listen on a free port. Closing the server ends its open connections. */
export async function listenOnLoopback(server: HttpServer): Promise<LoopbackServer> {
  return {
    url: `http://127.0.0.1:${await listen(server)}`,
    close: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/**
 * A free port for a program that takes its port as a setting, and takes seconds until it listens. The port is below the
 * systems' ephemeral ports (from 32768 on Linux, from 49152 on macOS), so no stand-in can get the port in the meantime.
 */
export async function freePort(): Promise<number> {
  const port = randomInt(20_000, 32_000);
  const server = createServer();
  const isFree = await listen(server, port).catch(() => undefined);
  if (isFree === undefined) return freePort();
  server.close();
  await once(server, "close");
  return port;
}

async function listen(server: Server, port = 0): Promise<number> {
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}
