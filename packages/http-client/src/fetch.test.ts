import { expect, test } from "vitest";
import { fetchOverHttp } from "./fetch.ts";
import { type Planned, startServer } from "./server.test-support.ts";

const headers = { authorization: "Bearer t0ken" };
const to = (location: string, status = 301): Planned => ({ status, headers: { location } });

test("a lookup follows redirects on the same server, and keeps the token", async () => {
  const { url, received } = await startServer([to("/moved"), to("/moved/again", 307)]);
  const response = await fetchOverHttp(`${url}/here`, { method: "GET", headers });
  expect([response.status, response.url, await response.text()]).toEqual([200, `${url}/moved/again`, "{}"]);
  expect(received.map(({ authorization }) => authorization)).toEqual(Array(3).fill("Bearer t0ken"));
});

test("a redirect to another server is not followed", async () => {
  const other = await startServer();
  const { url } = await startServer([to(`${other.url}/elsewhere`)]);
  await expect(fetchOverHttp(url, { method: "GET", headers })).rejects.toThrow("which was not followed");
  expect(other.received).toEqual([]);
});

test("a change follows a redirect only with status 307 or 308", async () => {
  const kept = await startServer([to("/moved", 308)]);
  await fetchOverHttp(kept.url, { method: "PUT", headers, body: "{}" });
  expect(kept.received[1]).toMatchObject({ method: "PUT", url: "/moved", body: "{}" });
  const lost = await startServer([to("/moved", 302)]);
  await expect(fetchOverHttp(lost.url, { method: "PUT", headers })).rejects.toThrow("which was not followed");
});

test("a client stops after too many redirects", async () => {
  const { url, received } = await startServer(Array<Planned>(10).fill(to("/moved")));
  await expect(fetchOverHttp(url, { method: "GET", headers })).rejects.toThrow("which was not followed");
  expect(received).toHaveLength(6);
});
