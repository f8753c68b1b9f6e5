import { expect, test } from "vitest";
import { deescalate, escalate, inOrganization } from "./world.test-support.ts";

const lookUp = "apps/get-org-installation";
const mint = "apps/create-installation-access-token";
const ofAcme = (id: number) => `other=1, ACME=${id}`;

test("with a configured installation, the App requests its token without a lookup, in any letter case", () =>
  inOrganization(
    async ({ send, placeOf, countOf }) => {
      expect((await send(escalate)).answer.body["outcome"]).toBe("granted");
      expect([placeOf("robin-r"), countOf(lookUp), countOf(mint)]).toEqual(["member", 1, 1]);
    },
    { installations: ofAcme },
  ));

test("the App looks up the installation of an organisation without a configured installation", () =>
  inOrganization(
    async ({ send, countOf }) => {
      expect((await send(escalate)).answer.body["outcome"]).toBe("granted");
      expect(countOf(mint)).toBe(1);
    },
    { installations: (id) => `acme-corp=${id}` },
  ));

test("the App finds a reinstalled installation, and logs its new id", () =>
  inOrganization(
    async ({ github, appId, installationId, send, placeOf, countOf }) => {
      await send(escalate);
      github.uninstallApp(appId);
      const found = github.installApp("acme", appId);
      const { answer, logs } = await send(deescalate);
      expect(answer).toMatchObject({ body: { outcome: "revoked" }, errors: [] });
      expect([placeOf("robin-r"), countOf(mint)]).toEqual([undefined, 3]);
      expect(logs).toMatch(
        new RegExp(`"step":"other-installation".*"configured":${installationId},"found":${found}`),
      );
    },
    { installations: ofAcme },
  ));

test("the App never uses another organisation's token, which would make the team look deleted", () =>
  inOrganization(
    async ({ github, appId, installationId, send, placeOf, countOf }) => {
      github.createOrganization("other");
      expect(github.installApp("other", appId)).toBe(installationId + 2);
      expect((await send(escalate)).answer.body["outcome"]).toBe("granted");
      expect((await send(deescalate)).answer.body["outcome"]).toBe("revoked");
      expect([placeOf("robin-r"), countOf(mint)]).toEqual([undefined, 2]);
    },
    { installations: (id) => `acme=${id + 2}` },
  ));

test("with a configured installation, an uninstalled App is reported as not installed", () =>
  inOrganization(
    async ({ github, appId, send, countOf }) => {
      github.uninstallApp(appId);
      expect((await send(escalate)).answer).toMatchObject({
        body: { outcome: "refused" },
        errors: [expect.stringContaining(`GitHub App ${appId} is not installed in the organisation acme, `)],
      });
      expect(countOf(mint)).toBeGreaterThan(0);
    },
    { installations: ofAcme },
  ));

test("with a configured installation, a suspended App is reported as suspended", () =>
  inOrganization(
    async ({ github, appId, send, countOf }) => {
      github.suspendApp(appId);
      expect((await send(escalate)).answer).toMatchObject({
        body: { outcome: "refused" },
        errors: [
          `GitHub App ${appId} is suspended in the organisation acme; ask an owner of the organisation to unsuspend the App`,
        ],
      });
      expect(countOf(mint)).toBeGreaterThan(0);
    },
    { installations: ofAcme },
  ));

for (const installations of ["12345678", "acme=", "acme=12a", "acme 1", "acme=1;other=2"])
  test(`GITHUB_INSTALLATIONS=${installations} is reported as a misconfiguration`, () =>
    inOrganization(
      async ({ send }) => {
        expect((await send(escalate)).answer.errors).toEqual([
          "This function is misconfigured: GITHUB_INSTALLATIONS must be the ids of the App's installations, such as acme=12345678,other=23456789",
        ]);
      },
      { installations: () => installations },
    ));

test("a revoke fails, and keeps the access, if GitHub gives the App no token", () =>
  inOrganization(async ({ sandbox, github, appId, send, placeOf }) => {
    await send(escalate);
    github.uninstallApp(appId);
    github.installApp("acme", appId);
    sandbox.faults.inject({ action: mint, kind: "not-found", times: Infinity });
    expect((await send(deescalate)).answer).toMatchObject({
      body: { outcome: "failed" },
      errors: [expect.stringContaining(`GitHub App ${appId} is not installed in the organisation acme, `)],
    });
    expect(placeOf("robin-r")).toBe("member");
    sandbox.faults.clear();
    expect((await send(deescalate)).answer.body["outcome"]).toBe("revoked");
    expect(placeOf("robin-r")).toBeUndefined();
  }));
