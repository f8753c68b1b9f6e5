import path from "node:path";
import { runScript, temporaryFolder } from "@sym/command-line/front-door.test-support";
import { expect, test } from "vitest";

const nowhere = { "GitHub team acme/platform": "no members", "invitations to acme": "none" };

/** Opens a sandbox for several runs of `invoke`; settings as `key=value`. */
async function openInvoke() {
  const SANDBOX_STATE = path.join(await temporaryFolder(), "state.json");
  return async (file: string, settings: string[], ...rest: string[]) => {
    const pairs = settings.flatMap((setting) => ["--setting", setting]);
    const command = ["github-team", `test-payloads/${file}`, "--json", ...pairs, ...rest];
    const { stdout } = await runScript("invoke", command, { environment: { SANDBOX_STATE } });
    return JSON.parse(stdout);
  };
}

test("invoke seeds the organisation, the team and the person, and shows the team's members", async () => {
  const invoke = await openInvoke();
  const settings = ["org=acme", "team_slug=platform"];
  expect(await invoke("escalate.json", settings)).toMatchObject({
    before: nowhere,
    answer: { body: { outcome: "granted" } },
    after: { "GitHub team acme/platform": "robin-requester as member" },
  });
  expect(await invoke("deescalate.json", settings)).toMatchObject({
    answer: { body: { outcome: "revoked" } },
    after: nowhere,
  });
});

test("invoke with --member seeds a standing membership, in a second organisation too", async () => {
  const invoke = await openInvoke();
  await invoke("second-user-escalate.json", ["org=octo", "team_slug=ops"]);
  expect(await invoke("escalate.json", ["org=acme", "team_slug=platform"], "--member")).toMatchObject({
    before: { "GitHub team acme/platform": "robin-requester as member" },
    answer: { body: { outcome: "already-had-access" } },
  });
});

test("invoke for a target with invite seeds a person outside the organisation", async () => {
  const invoke = await openInvoke();
  expect(await invoke("escalate.json", ["org=acme", "team_slug=platform", "invite=true"])).toMatchObject({
    before: nowhere,
    answer: { body: { outcome: "pending" } },
    after: {
      "GitHub team acme/platform": "robin-requester as pending",
      "invitations to acme": "robin-requester",
    },
  });
});

test("invoke finds the login with the function's identity rule", async () => {
  const invoke = await openInvoke();
  const rule = [
    "--env",
    "IDENTITY_RULE=map",
    "--env",
    'IDENTITY_MAP={"robin.requester@example.com":"robin-r"}',
  ];
  const settings = ["org=acme", "team_slug=platform"];
  expect((await invoke("escalate.json", settings, ...rule)).after).toMatchObject({
    "GitHub team acme/platform": "robin-r as member",
  });
});

test("invoke without an organisation shows no membership, and the answer says why", async () => {
  const invoke = await openInvoke();
  expect(await invoke("escalate.json", [])).toMatchObject({
    before: {},
    answer: { errors: [expect.stringContaining("has nothing as its setting org")] },
  });
});
