// Who may use the page, and what a request can say. No browser takes part: these requests are what no browser would send.
import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { networkInterfaces } from "node:os";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { startPlay } from "./play.test-support.ts";

type Sent = { status: number; headers: Record<string, string | string[] | undefined>; body: string };
type Options = { method?: string; headers?: Record<string, string>; body?: string };

const form = { "content-type": "application/x-www-form-urlencoded" };
const asked = "person=robin%40example.com&target=prod-admins&duration=30m&route=approval&reason=INC-7";

test("the token is needed, and no other", async () => {
  const { address } = await startPlay();
  const { origin, pathname } = new URL(address);
  expect((await send(address)).status).toBe(200);
  const wrong = pathname.replace(/.\/$/, (end) => (end === "A/" ? "B/" : "A/"));
  for (const path of [
    "/",
    "/client.js",
    wrong,
    pathname.slice(0, -2),
    `${pathname.toLowerCase()}`,
    "//",
    "/%2e%2e/",
  ])
    expect([path, (await send(`${origin}${path}`)).status]).toEqual([path, 403]);
  const refused = await send(`${origin}/`, { method: "POST", headers: { origin, ...form }, body: asked });
  expect(refused.status).toBe(403);
  expect(refused.body).not.toContain(pathname.slice(1, -1));
});

test.for<[what: string, options: (origin: string) => Options, status: number]>([
  ["another name", () => ({ headers: { host: "rebound.example.com" } }), 421],
  [
    "another name with the port",
    ({ length }) => ({ headers: { host: `rebound.example.com:${length}` } }),
    421,
  ],
  ["another port", () => ({ headers: { host: "127.0.0.1:1" } }), 421],
  ["localhost without the port", () => ({ headers: { host: "localhost" } }), 421],
])("the host %s is refused", async ([, options, status]) => {
  const { address } = await startPlay();
  expect((await send(address, options(new URL(address).origin))).status).toBe(status);
});

test("localhost with the port is this server, too", async () => {
  const { address } = await startPlay();
  const host = `localhost:${new URL(address).port}`;
  expect((await send(address, { headers: { host } })).status).toBe(200);
});

test.for<[what: string, headers: (origin: string) => Record<string, string>]>([
  ["of another site", () => ({ origin: "https://example.com" })],
  ["of another port", () => ({ origin: "http://127.0.0.1:1" })],
  ["of a sandboxed frame", () => ({ origin: "null" })],
  ["without an origin", () => ({})],
  ["across sites", (origin) => ({ origin, "sec-fetch-site": "cross-site" })],
  ["from a sister site", (origin) => ({ origin, "sec-fetch-site": "same-site" })],
])("a form %s changes nothing", async ([, headers]) => {
  const { address, play } = await startPlay();
  const { origin } = new URL(address);
  for (const name of ["ask", "sweep", "time", "trouble", "watch", "next"]) {
    const { status } = await send(`${address}${name}`, {
      ...{ method: "POST", headers: { ...form, ...headers(origin) }, body: asked },
    });
    expect([name, status]).toEqual([name, 403]);
  }
  expect(play.journal.entries).toEqual([]);
});

test("no other method, and no GET, changes anything", async () => {
  const { address, play } = await startPlay();
  const { origin } = new URL(address);
  for (const name of [
    "ask",
    "decide",
    "time",
    "trouble",
    "change",
    "deliver",
    "stop",
    "next",
    "sweep",
    "watch",
  ]) {
    expect([name, (await send(`${address}${name}?${asked}`)).status]).toEqual([name, 404]);
    for (const method of ["PUT", "PATCH", "DELETE", "OPTIONS"]) {
      const { status } = await send(`${address}${name}`, {
        method,
        headers: { origin, ...form },
        body: asked,
      });
      expect([method, name, status]).toEqual([method, name, 404]);
    }
  }
  expect(play.journal.entries).toEqual([]);
  expect(await play.requests()).toEqual([]);
});

test("each answer has the headers, and none a cookie", async () => {
  const { address } = await startPlay();
  const { origin } = new URL(address);
  const paths = ["", "client.js", "style.css", "pico.css", "none", "requests/none"];
  const answers = await Promise.all(paths.map((path) => send(`${address}${path}`)));
  answers.push(await send(`${origin}/`), await send(address, { headers: { host: "x" } }));
  for (const { headers } of answers) {
    const policy = String(headers["content-security-policy"]);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(headers).toMatchObject({
      "x-content-type-options": "nosniff",
      "cache-control": "no-store",
      "referrer-policy": expect.stringMatching(/^(same-origin|no-referrer)$/),
      "cross-origin-resource-policy": "same-origin",
    });
    expect(headers["set-cookie"]).toBeUndefined();
    expect(headers["access-control-allow-origin"]).toBeUndefined();
  }
});

test.for<[name: string, body: string, status: number]>([
  ["ask", "", 400],
  ["ask", `${asked}&more=1`, 400],
  ["ask", asked.replace("approval", "on-board"), 400],
  ["ask", asked.replace("robin%40example.com", "robin"), 400],
  ["ask", `${asked}${"x".repeat(20_000)}`, 413],
  ["decide", "id=__proto__&person=robin%40example.com&what=approve", 400],
  ["decide", "id=flow-../x&person=robin%40example.com&what=approve", 400],
  ["time", "minutes=-1", 400],
  ["time", "minutes=1e9", 400],
  ["time", "minutes=99999", 400],
  ["trouble", "trouble=__proto__", 400],
  ["trouble", "trouble=constructor", 400],
  ["change", "target=prod-admins&person=robin%40example.com&by=nobody&holds=yes", 400],
  ["sweep", "x=1", 303],
])("the form %s with %s is answered with %i", async ([name, body, status]) => {
  const { address, play } = await startPlay();
  const { origin } = new URL(address);
  const answer = await send(`${address}${name}`, { method: "POST", headers: { origin, ...form }, body });
  expect(answer.status).toBe(status);
  if (status !== 303) expect(play.journal.entries).toEqual([]);
});

test("a form leads back to a page of this server only", async () => {
  const { address } = await startPlay();
  const { origin, pathname } = new URL(address);
  for (const referer of [
    "https://example.com/",
    "//example.com",
    "not an address",
    `${origin}//example.com`,
    "",
  ]) {
    const headers = { origin, ...form, referer };
    const answer = await send(`${address}watch`, { method: "POST", headers, body: "" });
    expect([referer, answer.status, answer.headers["location"]]).toEqual([referer, 303, pathname]);
  }
});

test("hostile ids in paths are pages that do not exist", async () => {
  const { address } = await startPlay();
  const ids = [
    "__proto__",
    "constructor",
    "..%2f..%2fetc%2fpasswd",
    "%00",
    "%E0%A4%A",
    "<script>",
    "a".repeat(8_000),
  ];
  for (const id of ids) {
    const { status, body } = await send(`${address}requests/${id}`);
    expect([id.slice(0, 20), status]).toEqual([id.slice(0, 20), 404]);
    expect(body).not.toContain("<script>");
  }
  for (const path of ["..%2fstyle.css", "%2e%2e/console.ts", ".."])
    expect([path, (await send(`${address}${path}`)).status]).toEqual([path, expect.toBeOneOf([403, 404])]);
});

test("the server listens on 127.0.0.1 only", async () => {
  const { address } = await startPlay();
  const { port, hostname } = new URL(address);
  expect(hostname).toBe("127.0.0.1");
  const others = Object.values(networkInterfaces()).flatMap((all = []) =>
    all.filter(({ internal, scopeid }) => !internal && !scopeid).map((one) => one.address),
  );
  for (const host of [...others, "127.0.0.2", "::1"])
    expect([host, await answersAt(host, Number(port))]).toEqual([host, false]);
});

test("the page's script is small", async () => {
  const { address } = await startPlay();
  const bytes = gzipSync((await send(`${address}client.js`)).body, { level: 9 }).length;
  process.stdout.write(`The page's script has ${(bytes / 1_024).toFixed(1)} KB, gzipped.\n`);
  expect(bytes).toBeLessThan(80 * 1_024);
});

/** A request as written: `fetch` would mend the path and refuse some headers. */
function send(address: string, { method = "GET", headers = {}, body = "" }: Options = {}): Promise<Sent> {
  const { hostname, port, origin } = new URL(address);
  const path = address.slice(origin.length);
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      { hostname, port, method, path, headers: { "content-length": Buffer.byteLength(body), ...headers } },
      (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk) => {
          text += chunk;
        });
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
        );
      },
    );
    sent.on("error", reject).end(body);
  });
}

function answersAt(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port })
      .on("connect", () => resolve(true))
      .on("error", () => resolve(false));
    setTimeout(() => socket.destroy(new Error("no answer")), 1_000).unref();
  });
}
