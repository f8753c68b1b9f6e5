import path from "node:path";
import { runScript, temporaryFolder } from "@sym/command-line/front-door.test-support";
import { startSandbox } from "@sym/stand-ins/sandbox";
import { expect, onTestFinished, test } from "vitest";

const robin = "robin.requester@example.com";
const storeId = "d-1234567890";
const groupId = "00000000-0000-4000-8000-000000000001";
const group = (name: string) => `Identity Center group ${name}`;

function command(file: string, settings: string[], ...rest: string[]): string[] {
  const pairs = settings.flatMap((setting) => ["--setting", setting]);
  return ["identity-center-group", `test-payloads/${file}`, "--json", ...pairs, ...rest];
}

/** Opens a sandbox for several runs of `invoke`. */
async function openInvoke() {
  const SANDBOX_STATE = path.join(await temporaryFolder(), "state.json");
  return async (...args: Parameters<typeof command>) => {
    const { stdout } = await runScript("invoke", command(...args), { environment: { SANDBOX_STATE } });
    return JSON.parse(stdout);
  };
}

test("invoke seeds the person and the group, and shows both", async () => {
  const invoke = await openInvoke();
  const settings = [`identity_store_id=${storeId}`];
  expect(await invoke("escalate.json", settings)).toMatchObject({
    before: { [group("prod-admins")]: "no members", [`Identity Center user ${robin}`]: "no groups" },
    answer: { body: { outcome: "granted" } },
    after: { [group("prod-admins")]: robin, [`Identity Center user ${robin}`]: "prod-admins" },
  });
  expect(await invoke("deescalate.json", settings)).toMatchObject({
    answer: { body: { outcome: "revoked" } },
    after: { [group("prod-admins")]: "no members" },
  });
});

test("invoke seeds by a pasted id, in the region and the account of the target, with a standing membership", async () => {
  const invoke = await openInvoke();
  const role = "role_arn=arn:aws:iam::210987654321:role/sym-identity-center";
  const settings = ["group_name=", `group_id=${storeId}/${groupId}`, "region=eu-west-1", role];
  expect(await invoke("escalate.json", settings, "--member")).toMatchObject({
    before: { [group(groupId)]: robin },
    answer: { body: { outcome: "already-had-access" } },
  });
});

test("invoke without an identity store shows no membership, and the answer says why", async () => {
  const invoke = await openInvoke();
  expect(await invoke("escalate.json", [])).toMatchObject({
    before: {},
    answer: { errors: [expect.stringContaining("has nothing as its setting identity_store_id")] },
  });
});

test("invoke --real reads the membership with the caller's own credentials", async () => {
  const sandbox = await startSandbox();
  onTestFinished(() => sandbox.close());
  const store = sandbox.identityStore.store(storeId);
  store.createUser(robin, { email: null });
  store.createGroup("prod-admins");
  const settings = [`identity_store_id=${storeId}`];
  const real = async (extra: string[] = []) => {
    const args = command("escalate.json", [...settings, ...extra], "--real", "--yes", "--env", "LEASES=off");
    return JSON.parse((await runScript("invoke", args, { environment: sandbox.env })).stdout);
  };
  expect(await real()).toMatchObject({
    before: { [group("prod-admins")]: `does not have ${robin} as a member` },
    after: { [group("prod-admins")]: `has ${robin} as a member` },
  });
  expect((await real(["group_name=prod"])).before).toEqual({
    [group("prod")]: "could not be read (ResourceNotFoundException)",
  });
  const role = "arn:aws:iam::210987654321:role/sym";
  expect((await real([`role_arn=${role}`])).before).toEqual({
    [group("prod-admins")]: `not read, because only ${role} can`,
  });
});
