// The same handler against emulate, a stand-in by other authors, as far as emulate equals github.com: an App signs in,
// and a member of the organisation enters and leaves a team. emulate accepts any token, makes outsiders members without
// an invitation, and treats maintainers as owners; the sandbox's tests cover these parts.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { startLocalLambda } from "@sym/local-lambda/local-lambda";
import { startSandbox } from "@sym/stand-ins/sandbox";
import { createEmulator } from "emulate";
import { expect, test } from "vitest";
import { deescalate, escalate, robin } from "./world.test-support.ts";

const seed = {
  github: {
    users: [{ login: "olga-o" }, { login: "robin-r" }],
    orgs: [{ login: "acme", members: [{ login: "olga-o", role: "admin" as const }, { login: "robin-r" }] }],
    apps: [
      {
        app_id: 777,
        slug: "sym-access",
        name: "Sym access",
        permissions: { members: "write" },
        installations: [{ installation_id: 42, account: "acme" }],
      },
    ],
  },
  tokens: { owner: { login: "olga-o", scopes: ["admin:org"] } },
};

/**
 * Fills emulate's gaps: emulate has neither routes by id, nor a team's organisation, nor invitations, nor GraphQL. The only
 * GraphQL query is for the members of the test's team. Bodies and statuses of REST are emulate's.
 */
async function withRoutesById(upstream: string) {
  const names = async (path: string) => {
    const [, teamId] = /^\/organizations\/\d+\/team\/(\d+)/.exec(path) ?? [];
    if (teamId) {
      const team = (await (await fetch(`${upstream}/teams/${teamId}`)).json()) as { slug: string };
      return path.replace(/^\/organizations\/\d+\/team\/\d+/, `/orgs/acme/teams/${team.slug}`);
    }
    const [, userId] = /^\/user\/(\d+)$/.exec(path) ?? [];
    if (!userId) return path;
    const all = await fetch(`${upstream}/users?per_page=100`);
    const users = (await all.json()) as { id: number; login: string }[];
    return `/users/${users.find(({ id }) => String(id) === userId)?.login}`;
  };
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const path = await names(request.url ?? "");
    if (path.startsWith("/orgs/acme/invitations")) {
      response.writeHead(200, { "content-type": "application/json" }).end("[]");
      return;
    }
    if (path === "/graphql") {
      const headers = { authorization: request.headers.authorization ?? "" };
      const members = await fetch(`${upstream}/orgs/acme/teams/platform/members`, { headers });
      const nodes = ((await members.json()) as { id: number }[]).map(({ id }) => ({ databaseId: id }));
      const pageInfo = { hasNextPage: false, endCursor: null };
      const node = { direct: { nodes, pageInfo }, child: { nodes: [], pageInfo } };
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ data: { node } }));
      return;
    }
    const answer = await fetch(upstream + path, {
      method: request.method ?? "GET",
      headers: {
        authorization: request.headers.authorization ?? "",
        "content-type": request.headers["content-type"] ?? "application/json",
      },
      ...(body && { body }),
    });
    const content = await answer.text();
    const isTeam = answer.ok && /^\/orgs\/acme\/teams\/[^/]+$/.test(path);
    const filled = isTeam ? JSON.stringify({ ...JSON.parse(content), organization: { id: 1 } }) : content;
    response.writeHead(answer.status, { "content-type": "application/json" }).end(filled);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}

test("in emulate, repeated grants and revokes add and remove the membership", async () => {
  const emulator = await createEmulator({ service: "github", port: 0, seed });
  const proxy = await withRoutesById(emulator.url);
  const sandbox = await startSandbox();
  sandbox.secretsManager.putSecret("sym/github-app", emulator.generatedSecrets[0]?.value ?? "");
  const lambda = startLocalLambda({
    bundle: new URL("../dist/index.cjs", import.meta.url).pathname,
    functionArn: escalate.fields.target.settings.arn,
    environment: {
      ...sandbox.env,
      LEASES: "off",
      GITHUB_API_URL: proxy.url,
      GITHUB_APP_ID: "777",
      GITHUB_PRIVATE_KEY_SECRET: "sym/github-app",
      IDENTITY_RULE: "map",
      IDENTITY_MAP: JSON.stringify({ [robin]: "robin-r" }),
    },
  });
  const owner = { authorization: "token owner", "content-type": "application/json" };
  const send = async (payload: unknown) => {
    const answer = (await lambda.invoke(payload)).payload as { body: { outcome: string } };
    const path = `${emulator.url}/orgs/acme/teams/platform/memberships/robin-r`;
    return [answer.body.outcome, (await fetch(path, { headers: owner })).status];
  };
  try {
    const team = { method: "POST", headers: owner, body: JSON.stringify({ name: "Platform" }) };
    expect((await fetch(`${emulator.url}/orgs/acme/teams`, team)).status).toBe(201);
    expect(await send(escalate)).toEqual(["granted", 200]);
    expect(await send(escalate)).toEqual(["already-had-access", 200]);
    expect(await send(deescalate)).toEqual(["revoked", 404]);
    expect(await send(deescalate)).toEqual(["nothing-to-revoke", 404]);
  } finally {
    await lambda.close();
    await sandbox.close();
    proxy.close();
    await emulator.close();
  }
});
