import { expect, test } from "vitest";
import { deescalate, escalate, inOrganization } from "./world.test-support.ts";

const lookUp = "apps/get-org-installation";
const mint = "apps/create-installation-access-token";
const ofAcme = (id: number) => `other=1, ACME=${id}`;

test("the token is asked for at once where the installation is known, whatever the case of its organisation", () =>
  inOrganization(
    async ({ send, placeOf, countOf }) => {
      expect((await send(escalate)).answer.body["outcome"]).toBe("granted");
      expect([placeOf("robin-r"), countOf(lookUp), countOf(mint)]).toEqual(["member", 1, 1]);
    },
    { installations: ofAcme },
  ));

test("an organisation of which no installation is known is looked up first", () =>
  inOrganization(
    async ({ send, countOf }) => {
      expect((await send(escalate)).answer.body["outcome"]).toBe("granted");
      expect(countOf(mint)).toBe(1);
    },
    { installations: (id) => `acme-corp=${id}` },
  ));

test("an installation that was removed and made anew is found, and the log says so", () =>
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

test("the token of another organisation is never used, under which a team would look deleted", () =>
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

test("an App that is not installed any more is told apart, although a token was asked for at once", () =>
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

test("an App that was suspended is told apart, although its token was refused", () =>
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
  test(`${installations} as GITHUB_INSTALLATIONS is a misconfiguration`, () =>
    inOrganization(
      async ({ send }) => {
        expect((await send(escalate)).answer.errors).toEqual([
          "This function is misconfigured: GITHUB_INSTALLATIONS must be the ids of the App's installations, such as acme=12345678,other=23456789",
        ]);
      },
      { installations: () => installations },
    ));

test("an App that GitHub gives no token is no reason to take anybody's access for ended", () =>
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
