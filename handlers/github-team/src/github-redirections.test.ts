import { once } from "node:events";
import { createServer, type RequestListener, request } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { escalate, type GitHubTeamFixture, inOrganization } from "./world.test-support.ts";

async function listen(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/**
 * Plays a test against a GitHub that redirects every GET: to another path of the same host, or to the host `elsewhere`.
 */
async function whereAllHasMoved(play: (world: GitHubTeamFixture) => Promise<void>, elsewhere = "") {
  let github = "";
  const url = await listen((incoming, outgoing) => {
    const { url = "", method, headers } = incoming;
    if (method === "GET" && !url.startsWith("/moved"))
      return outgoing.writeHead(301, { location: `${elsewhere}/moved${url}` }).end();
    const sent = request(github + url.replace("/moved", ""), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 0, answer.headers);
      answer.pipe(outgoing);
    });
    return incoming.pipe(sent);
  });
  await inOrganization(
    (world) => {
      github = world.github.url;
      return play(world);
    },
    { environment: { GITHUB_API_URL: url } },
  );
}

test("the handler follows GitHub's redirects after a rename", () =>
  whereAllHasMoved(async ({ send, placeOf }) => {
    const { answer } = await send(escalate);
    expect(answer).toMatchObject({ body: { outcome: "granted" }, errors: [] });
    expect(placeOf("robin-r")).toBe("member");
  }));

test("the handler does not follow a redirect to another server, which would receive the token", async () => {
  const seen: string[] = [];
  const other = await listen(({ headers }, outgoing) => {
    seen.push(String(headers.authorization));
    outgoing.end("{}");
  });
  await whereAllHasMoved(async ({ send, placeOf }) => {
    const { answer } = await send(escalate);
    expect(answer.errors).toEqual([expect.stringContaining("GitHub did not complete GET")]);
    expect(placeOf("robin-r")).toBeUndefined();
    expect(seen).toEqual([]);
  }, other);
});
