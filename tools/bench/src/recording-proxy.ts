import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, request } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";

/** A request and its answer. `began` and `ended` are positions in the order of all beginnings and ends. */
export type Exchange = { name: string; began: number; ended: number; sent?: Sent; answer?: RecordedAnswer };

type Sent = { headers: IncomingHttpHeaders; body: string };

/** `body` in Base64. */
type RecordedAnswer = { status: number; headers: IncomingHttpHeaders; body: string };

export type Recorder = {
  exchanges: Exchange[];
  /** Starts a server on loopback that forwards requests to `url`, and delays each answer by `latency` ms. */
  inFrontOf(url: string): Promise<string>;
  close(): Promise<void>;
};

/**
 * Records which requests are concurrent. The latency, in ms, must be longer than the time between requests sent in
 * parallel.
 */
export function startRecorder(latency: number): Recorder {
  const exchanges: Exchange[] = [];
  const servers: (() => Promise<void>)[] = [];
  let moment = 0;

  return {
    exchanges,
    async inFrontOf(url) {
      const server = createServer(async (incoming, outgoing) => {
        const exchange: Exchange = { name: "", began: moment++, ended: Number.POSITIVE_INFINITY };
        exchanges.push(exchange);
        const body = await buffer(incoming);
        exchange.name = nameOf(incoming, body);
        exchange.sent = { headers: incoming.headers, body: body.toString() };
        const [answer] = await Promise.all([forward(url, incoming, body), sleep(latency)]);
        exchange.ended = moment++;
        exchange.answer = { ...answer, body: answer.body.toString("base64") };
        outgoing.writeHead(answer.status, answer.headers).end(answer.body);
      });
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      servers.push(async () => {
        const closed = once(server, "close");
        server.close();
        server.closeAllConnections();
        await closed;
      });
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    },
    close: async () => {
      await Promise.all(servers.map((close) => close()));
    },
  };
}

/** The length of the longest chain of exchanges in which each began after the end of the previous exchange. */
export function sequential(exchanges: Exchange[]): number {
  const depths = new Map<Exchange, number>();
  for (const one of exchanges) {
    const before = [...depths].filter(([{ ended }]) => ended < one.began).map(([, depth]) => depth);
    depths.set(one, 1 + Math.max(0, ...before));
  }
  return Math.max(0, ...depths.values());
}

/** Passes a request on to another server. */
export async function forward(base: string, { method, url = "", headers }: IncomingMessage, body: Buffer) {
  const sent = request(new URL(url, base), { method, headers });
  sent.end(body);
  const [answer] = (await once(sent, "response")) as [IncomingMessage];
  return { status: answer.statusCode ?? 0, headers: answer.headers, body: await buffer(answer) };
}

// Must match the names in stub-network.cjs.
function nameOf({ method, url, headers }: IncomingMessage, body: Buffer): string {
  const action = /(?:^|&)Action=(\w+)/.exec(body.toString())?.[1];
  return String(headers["x-amz-target"] ?? action ?? `${method} ${url}`);
}
