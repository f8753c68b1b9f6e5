import { passTime } from "@sym/local-lambda/table-time";
import { testPayload } from "@sym/test-payloads/payloads";
import { expect, test } from "vitest";
import { deescalate, escalate, inOrganization, withRequester, withSettings } from "./world.test-support.ts";

const put = "teams/add-or-update-membership-for-user-in-org";
const remove = "teams/remove-membership-for-user-in-org";
const overlapEscalate = withSettings(testPayload("overlap-escalate.json"));
const overlapDeescalate = withSettings(testPayload("overlap-deescalate.json"));
const asMaintainer = (payload: typeof escalate) => withSettings(payload, { role: "maintainer" });
const nat = "nat.newcomer@example.com";
const byOwnersToken = {
  environment: { GITHUB_APP_ID: "", GITHUB_PRIVATE_KEY_SECRET: "", GITHUB_TOKEN_SECRET: "sym/github-token" },
};
const inviting = (payload: typeof escalate) => withSettings(withRequester(payload, nat), { invite: "true" });

test("with invite, a grant to a non-member is pending, and the revoke cancels the invitation", () =>
  inOrganization(async ({ github, send, placeOf }) => {
    github.createUser("nat-n");
    github.addIdentity("acme", nat, "nat-n");
    const { answer } = await send(inviting(escalate));
    expect(answer).toMatchObject({ body: { outcome: "pending" }, errors: [] });
    expect(answer.body["message"]).toBe(
      "You do not have access to GitHub team acme/platform yet: accept the invitation to the organisation acme that GitHub has sent.",
    );
    expect([placeOf("nat-n"), github.invitations("acme")]).toEqual(["pending", ["nat-n"]]);
    expect((await send(inviting(escalate))).answer.body["outcome"]).toBe("pending");
    expect((await send(inviting(deescalate))).answer.body["outcome"]).toBe("revoked");
    expect([placeOf("nat-n"), github.invitations("acme")]).toEqual([undefined, []]);
  }));

test("after an accepted invitation, the revoke removes the team membership only, and the answer says so", () =>
  inOrganization(async ({ github, send, placeOf }) => {
    github.createUser("nat-n");
    github.addIdentity("acme", nat, "nat-n");
    await send(inviting(escalate));
    github.acceptInvitation("acme", "nat-n");
    expect((await send(inviting(deescalate))).answer.body).toMatchObject({
      outcome: "revoked",
      residual_access: "You accepted the invitation to the organisation acme, and remain a member of it.",
    });
    expect([placeOf("nat-n"), github.isMember("acme", "nat-n")]).toEqual([undefined, true]);
  }));

test("a repeated escalate after the invitation was accepted is granted", () =>
  inOrganization(async ({ github, send, placeOf }) => {
    github.createUser("nat-n");
    github.addIdentity("acme", nat, "nat-n");
    await send(inviting(escalate));
    github.acceptInvitation("acme", "nat-n");
    expect((await send(inviting(escalate))).answer.body["outcome"]).toBe("granted");
    await send(inviting(deescalate));
    expect(placeOf("nat-n")).toBeUndefined();
  }));

for (const by of ["an App", "a token"])
  test(`of two requests that invite a person to two teams, the last revoke cancels the invitation by ${by}`, () =>
    inOrganization(
      async ({ github, sandbox, send, placeOf }) => {
        if (by === "a token")
          sandbox.secretsManager.putSecret("sym/github-token", github.createToken("olga-o"));
        github.createUser("nat-n");
        github.addIdentity("acme", nat, "nat-n");
        github.createTeam("acme", "Other");
        const other = (payload: typeof escalate) => withSettings(inviting(payload), { team_slug: "other" });
        await send(inviting(escalate));
        await send(other(overlapEscalate));
        expect([placeOf("nat-n"), placeOf("nat-n", "other")]).toEqual(["pending", "pending"]);
        expect((await send(inviting(deescalate))).answer.body["outcome"]).toBe("revoked");
        expect([placeOf("nat-n", "other"), github.invitations("acme")]).toEqual(["pending", ["nat-n"]]);
        expect((await send(other(overlapDeescalate))).answer.body["outcome"]).toBe("revoked");
        expect([placeOf("nat-n", "other"), github.invitations("acme")]).toEqual([undefined, []]);
      },
      by === "a token" ? byOwnersToken : {},
    ));

test("a grant raises the role in another administrator's invitation, and the revoke restores the role", () =>
  inOrganization(async ({ github, send }) => {
    const invitedRole = () => github.snapshot().organizations[0]?.invitations[0]?.teams[0]?.role;
    github.createUser("nat-n");
    github.addIdentity("acme", nat, "nat-n");
    github.invite("acme", "nat-n", "platform");
    expect((await send(inviting(asMaintainer(escalate)))).answer.body["outcome"]).toBe("pending");
    expect(invitedRole()).toBe("maintainer");
    await send(inviting(asMaintainer(deescalate)));
    expect([invitedRole(), github.invitations("acme")]).toEqual(["member", ["nat-n"]]);
  }));

test("a request for member does not lower another administrator's invitation to maintain the team", () =>
  inOrganization(async ({ github, send, placeOf }) => {
    github.createUser("nat-n");
    github.addIdentity("acme", nat, "nat-n");
    github.inviteMaintainer("acme", "nat-n", "platform");
    expect((await send(inviting(escalate))).answer.body["outcome"]).toBe("pending");
    await send(inviting(deescalate));
    github.acceptInvitation("acme", "nat-n");
    expect(placeOf("nat-n")).toBe("maintainer");
  }));

test("the revoke of maintainer lowers the invitation to the role of another open request", () =>
  inOrganization(async ({ github, send, placeOf }) => {
    github.createUser("nat-n");
    github.addIdentity("acme", nat, "nat-n");
    await send(inviting(escalate));
    await send(inviting(asMaintainer(overlapEscalate)));
    await send(inviting(asMaintainer(overlapDeescalate)));
    github.acceptInvitation("acme", "nat-n");
    expect(placeOf("nat-n")).toBe("member");
    await send(inviting(deescalate));
    expect(placeOf("nat-n")).toBeUndefined();
  }));

test("a revoke that cannot list the invitations fails, and the sweep cancels the invitation", () =>
  inOrganization(async ({ github, sandbox, dynamoDb, send }) => {
    github.createUser("nat-n");
    github.addIdentity("acme", nat, "nat-n");
    await send(inviting(escalate));
    sandbox.faults.inject({ action: "orgs/list-pending-invitations", kind: "not-found" });
    expect((await send(inviting(deescalate))).answer.errors[0]).toMatch(
      /^GitHub does not show this function the invitations to acme; give the App or the token the permission Members; /,
    );
    expect(github.invitations("acme")).toEqual(["nat-n"]);
    await passTime(dynamoDb, 10 * 60_000);
    await send({ event: { type: "sweep" } });
    expect(github.invitations("acme")).toEqual([]);
  }));

test("a grant does not invite a person who leaves the organisation during the grant", () =>
  inOrganization(async ({ github, sandbox, send, placeOf, countOf }) => {
    // GitHub demands pauses before the change, and the person leaves during a pause.
    sandbox.faults.inject({ action: put, kind: "throttle", times: Number.POSITIVE_INFINITY });
    const sent = send(escalate);
    await expect.poll(() => countOf(put)).toBeGreaterThan(0);
    github.removeMember("acme", "robin-r");
    sandbox.faults.clear();
    expect((await sent).answer).toMatchObject({
      body: { outcome: "refused" },
      errors: [expect.stringMatching(/^GitHub user robin-r is not a member of the organisation acme; /)],
    });
    expect([placeOf("robin-r"), github.invitations("acme")]).toEqual([undefined, []]);
  }));

test("a revoke removes the team from another administrator's invitation to the organisation", () =>
  inOrganization(async ({ github, send, placeOf }) => {
    github.createUser("nat-n");
    github.addIdentity("acme", nat, "nat-n");
    github.invite("acme", "nat-n");
    expect((await send(inviting(escalate))).answer.body["outcome"]).toBe("pending");
    expect(placeOf("nat-n")).toBe("pending");
    expect((await send(inviting(deescalate))).answer.body["outcome"]).toBe("revoked");
    expect([placeOf("nat-n"), github.invitations("acme")]).toEqual([undefined, ["nat-n"]]);
  }));

test("a request does not change another administrator's invitation to the team", () =>
  inOrganization(async ({ github, send, placeOf, countOf }) => {
    github.createUser("nat-n");
    github.addIdentity("acme", nat, "nat-n");
    github.invite("acme", "nat-n", "platform");
    expect((await send(inviting(escalate))).answer.body["outcome"]).toBe("pending");
    await send(inviting(deescalate));
    expect([placeOf("nat-n"), github.invitations("acme")]).toEqual(["pending", ["nat-n"]]);
    expect([countOf(put), countOf(remove)]).toEqual([0, 0]);
  }));

test("a person who accepts another administrator's invitation stays in the team, and the answer says so", () =>
  inOrganization(async ({ github, send, placeOf }) => {
    github.createUser("nat-n");
    github.addIdentity("acme", nat, "nat-n");
    github.invite("acme", "nat-n", "platform");
    await send(inviting(escalate));
    github.acceptInvitation("acme", "nat-n");
    const { answer } = await send(inviting(deescalate));
    expect(answer).toMatchObject({
      body: {
        residual_access: "You keep the membership that another administrator's earlier invitation gives you.",
      },
      errors: [],
    });
    expect(placeOf("nat-n")).toBe("member");
  }));

test("a revoke keeps an invitation that also names other teams", () =>
  inOrganization(async ({ github, send, placeOf }) => {
    github.createUser("nat-n");
    github.addIdentity("acme", nat, "nat-n");
    github.createTeam("acme", "Other");
    await send(inviting(escalate));
    github.invite("acme", "nat-n", "other");
    await send(inviting(deescalate));
    expect([placeOf("nat-n"), placeOf("nat-n", "other")]).toEqual([undefined, "pending"]);
  }));

test("a revoke finds the invitation among several pages of invitations", () =>
  inOrganization(async ({ github, send }) => {
    for (const number of Array(120).keys()) {
      github.createUser(`guest-${number}`);
      github.invite("acme", `guest-${number}`);
    }
    github.createUser("nat-n");
    github.addIdentity("acme", nat, "nat-n");
    await send(inviting(escalate));
    expect(github.invitations("acme")).toContain("nat-n");
    await send(inviting(deescalate));
    expect(github.invitations("acme")).not.toContain("nat-n");
    expect(github.invitations("acme")).toHaveLength(120);
  }));

test("the answer says that the organisation has no seat left for an invitation", () =>
  inOrganization(async ({ github, send, placeOf }) => {
    github.createUser("nat-n");
    github.addIdentity("acme", nat, "nat-n");
    github.fillSeats("acme");
    expect((await send(inviting(escalate))).answer).toMatchObject({
      body: { outcome: "refused" },
      errors: [
        expect.stringContaining(
          "GitHub refused to add GitHub user nat-n to GitHub team acme/platform; ask an owner of acme whether the organisation is out of seats or invitations",
        ),
      ],
    });
    expect([placeOf("nat-n"), github.invitations("acme")]).toEqual([undefined, []]);
  }));
