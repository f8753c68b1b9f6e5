import { plan } from "@sym/local-lambda/plan-and-check.test-support";
import { expect, test } from "vitest";
import { deescalate, escalate, inStore, robin, withSettings, withStore } from "./world.test-support.ts";

const overlap = withStore("overlap-escalate.json");
const group = "Identity Center group prod-admins";

test("a plan says what the escalate would do, and how long sessions go on after the end", () =>
  inStore(async (fixture) => {
    const { body, errors } = await plan(fixture, escalate);
    expect({ ...body, errors }).toMatchObject({
      ...{ outcome: "would-grant", state: "absent", wanted: "member", other_requests: 0, errors: [] },
      residual_access: "AWS sessions that are open at the end can last for up to 12 hours from their start.",
    });
    expect(body["message"]).toMatch(
      /would get access to Identity Center group prod-admins until .* UTC, and does not have the access now\. No other request holds this access\. AWS sessions that are open at the end can last/,
    );
    expect((await plan(fixture, withSettings(escalate, { session_hours: "1" }))).body).toMatchObject({
      residual_access: expect.stringContaining("for up to an hour from their start"),
    });
    expect((await fixture.send(escalate)).answer.body["outcome"]).toBe("granted");
  }));

test("a plan names other requests and the request's own access, and the refusal after its end", () =>
  inStore(async (fixture) => {
    await fixture.send(overlap);
    expect((await plan(fixture, escalate)).body).toMatchObject({
      outcome: "held-by-other-requests",
      other_requests: 1,
    });
    expect((await plan(fixture, overlap)).body).toMatchObject({ outcome: "already-granted" });
    await fixture.send(deescalate);
    expect((await plan(fixture, escalate)).body).toMatchObject({
      outcome: "would-be-refused",
      message: expect.stringContaining("This request has already ended"),
    });
  }));

test("a plan for a standing member says that the request would change nothing", () =>
  inStore(async (fixture) => {
    fixture.store.addMember(robin, "prod-admins");
    expect((await plan(fixture, escalate)).body).toMatchObject({ outcome: "already-standing" });
    expect((await fixture.send(escalate)).answer.body["outcome"]).toBe("already-had-access");
  }));

test.for([
  ["a group of an identity provider", `${group} is provisioned by an identity provider`],
  ["a disabled user", "is disabled, so a membership would have no effect"],
  ["a missing group", `${group} does not exist`],
  ["an unknown user", "does not exist in identity store"],
] as const)("a plan names %s as the reason of a refusal", ([what, reason]) =>
  inStore(async (fixture) => {
    const { store } = fixture;
    if (what.startsWith("a group")) store.linkGroup("prod-admins", [{ Issuer: "okta", Id: "7" }]);
    else if (what.startsWith("a missing")) store.deleteGroup("prod-admins");
    else store.deleteUser(robin);
    if (what.startsWith("a disabled")) store.createUser(robin, { enabled: false });
    expect(await plan(fixture, escalate)).toMatchObject({
      body: { outcome: "would-be-refused", message: expect.stringContaining(reason) },
      errors: [],
    });
    expect((await fixture.send(escalate)).answer.body["outcome"]).toBe("refused");
  }),
);

test("a plan is an error while the identity store is down", () =>
  inStore(async (fixture) => {
    const times = Number.POSITIVE_INFINITY;
    fixture.sandbox.faults.inject({ action: "GetUserId", kind: "internal-error", times });
    expect(await plan(fixture, escalate)).toMatchObject({
      body: { outcome: "failed" },
      errors: [expect.stringMatching(/^AWS did not complete identitystore:GetUserId/)],
    });
  }));
