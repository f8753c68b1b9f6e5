import { passTime } from "@sym/local-lambda/table-time";
import { testPayload } from "@sym/test-payloads/payloads";
import { expect, test } from "vitest";
import {
  deescalate,
  escalate,
  inOrganization,
  robin,
  withRequester,
  withSettings,
} from "./world.test-support.ts";

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

for (const role of ["member", "maintainer"] as const)
  test(`a standing ${role} who is granted member keeps that role at every moment`, () =>
    inOrganization(async ({ github, send, placeOf, countOf }) => {
      github.setTeamMember("acme", "platform", "robin-r", role);
      expect((await send(escalate)).answer).toMatchObject({
        body: { outcome: "already-had-access" },
        errors: [],
      });
      expect(placeOf("robin-r")).toBe(role);
      expect((await send(deescalate)).answer).toMatchObject({
        body: { outcome: "kept-standing" },
        errors: [],
      });
      expect(placeOf("robin-r")).toBe(role);
      // Nothing was changed, so there was no moment with another role.
      expect([countOf(put), countOf(remove)]).toEqual([0, 0]);
    }));

test("a standing member who was made a maintainer is a member again after that", () =>
  inOrganization(async ({ github, send, placeOf, countOf }) => {
    github.setTeamMember("acme", "platform", "robin-r", "member");
    expect((await send(asMaintainer(escalate))).answer.body["outcome"]).toBe("granted");
    expect(placeOf("robin-r")).toBe("maintainer");
    expect((await send(asMaintainer(deescalate))).answer).toMatchObject({
      body: { outcome: "revoked" },
      errors: [],
    });
    expect(placeOf("robin-r")).toBe("member");
    expect(countOf(remove)).toBe(0);
  }));

for (const direct of [true, false])
  test(`somebody in a child team ${direct ? "and" : "but not"} in the team is so again after being a maintainer`, () =>
    inOrganization(async ({ github, send, placeOf }) => {
      github.createTeam("acme", "Databases", { parent: "platform" });
      github.setTeamMember("acme", "databases", "robin-r");
      if (direct) github.setTeamMember("acme", "platform", "robin-r");
      expect((await send(asMaintainer(escalate))).answer.body["outcome"]).toBe("granted");
      expect(placeOf("robin-r")).toBe("maintainer");
      expect((await send(asMaintainer(deescalate))).answer).toMatchObject({
        body: { outcome: "revoked" },
        errors: [],
      });
      expect(placeOf("robin-r")).toBe("member");
      github.removeTeamMember("acme", "databases", "robin-r");
      expect(placeOf("robin-r")).toBe(direct ? "member" : undefined);
    }));

test("a place that is not known to be in the team itself is not changed", () =>
  inOrganization(
    async ({ github, sandbox, send, placeOf }) => {
      github.setTeamMember("acme", "platform", "robin-r");
      sandbox.faults.inject({ action: "graphql", kind: "access-denied" });
      expect((await send(asMaintainer(escalate))).answer).toMatchObject({
        body: { outcome: "failed" },
        errors: [
          "GitHub does not show this function who is in the team acme/platform itself; give the App or the token the permission Members",
        ],
      });
      expect(placeOf("robin-r")).toBe("member");
    },
    { environment: { IDENTITY_RULE: "map", IDENTITY_MAP: JSON.stringify({ [robin]: "robin-r" }) } },
  ));

test("an owner of the organisation keeps what an owner has", () =>
  inOrganization(async ({ github, send, placeOf, countOf }) => {
    github.setMember("acme", "robin-r", "admin");
    github.setTeamMember("acme", "platform", "robin-r", "member");
    expect((await send(escalate)).answer.body["outcome"]).toBe("already-had-access");
    expect((await send(deescalate)).answer.body["outcome"]).toBe("kept-standing");
    expect(placeOf("robin-r")).toBe("maintainer");
    expect([countOf(put), countOf(remove)]).toEqual([0, 0]);
  }));

for (const role of ["member", "maintainer"])
  test(`somebody who becomes an owner while being a ${role} by request is not in the team after it`, () =>
    inOrganization(async ({ github, send, placeOf }) => {
      await send(withSettings(escalate, { role }));
      github.setMember("acme", "robin-r", "admin");
      expect((await send(withSettings(deescalate, { role }))).answer.body["outcome"]).toBe("revoked");
      github.setMember("acme", "robin-r");
      expect(placeOf("robin-r")).toBeUndefined();
    }));

test("another role is refused while a request holds one, and nothing of that request is lost", () =>
  inOrganization(async ({ send, placeOf }) => {
    await send(escalate);
    expect((await send(asMaintainer(overlapEscalate))).answer).toMatchObject({
      body: { outcome: "refused" },
      errors: [
        "GitHub user robin-r has GitHub team acme/platform by another request; ask for another role when that has ended",
      ],
    });
    expect(placeOf("robin-r")).toBe("member");
    await send(asMaintainer(overlapDeescalate));
    expect(placeOf("robin-r")).toBe("member");
    expect((await send(deescalate)).answer.body["outcome"]).toBe("revoked");
    expect(placeOf("robin-r")).toBeUndefined();
  }));

test("a promotion by somebody else meanwhile is left alone, and told", () =>
  inOrganization(async ({ github, send, placeOf }) => {
    await send(escalate);
    github.setTeamMember("acme", "platform", "robin-r", "maintainer");
    const { answer } = await send(deescalate);
    expect(answer).toMatchObject({ body: { outcome: "kept-standing" }, errors: [] });
    expect(answer.body["message"]).toContain("somebody else changed it after the grant");
    expect(placeOf("robin-r")).toBe("maintainer");
  }));

test("access is taken from the right person and team after both were renamed and their old names were taken", () =>
  inOrganization(async ({ github, send, placeOf }) => {
    await send(escalate);
    github.renameUser("robin-r", "robin-the-great");
    github.createUser("robin-r");
    github.setMember("acme", "robin-r");
    github.renameTeam("acme", "platform", "Plattform");
    github.createTeam("acme", "Platform");
    github.setTeamMember("acme", "platform", "robin-r");
    github.setTeamMember("acme", "plattform", "robin-r");
    expect(placeOf("robin-the-great", "plattform")).toBe("member");
    expect((await send(deescalate)).answer).toMatchObject({ body: { outcome: "revoked" }, errors: [] });
    expect(github.members("acme", "plattform")).toEqual({ "robin-r": "member" });
    expect(github.members("acme", "platform")).toEqual({ "robin-r": "member" });
  }));

test("access is taken from somebody who is not in the map any more", () =>
  inOrganization(
    async ({ github, send, placeOf }) => {
      await send(escalate);
      github.renameUser("robin-r", "robin-q");
      expect((await send(deescalate)).answer.body["outcome"]).toBe("revoked");
      expect(placeOf("robin-q")).toBeUndefined();
    },
    { environment: { IDENTITY_RULE: "map", IDENTITY_MAP: JSON.stringify({ [robin]: "robin-r" }) } },
  ));

test("deescalate of somebody whose account is gone is no error", () =>
  inOrganization(async ({ github, send }) => {
    await send(escalate);
    github.deleteUser("robin-r");
    expect((await send(deescalate)).answer).toMatchObject({ body: { outcome: "revoked" }, errors: [] });
  }));

const hidden =
  "GitHub team acme/platform is gone, or hidden from this function; if it was not deleted, let the App or the token's owner see it; the access may remain until the next sweep ends it";
const ended =
  "Your access to GitHub team acme/platform has ended: it is not there any more, and the access went with it.";

test("a team that was deleted ends the access, and the answer says so", () =>
  inOrganization(async ({ github, dynamoDb, send }) => {
    await send(escalate);
    github.deleteTeam("acme", "platform");
    await passTime(dynamoDb, 60_000);
    const { answer } = await send(deescalate);
    expect(answer).toMatchObject({ body: { outcome: "revoked", message: ended }, errors: [] });
    await passTime(dynamoDb, 24 * 3_600_000);
    expect((await send({ event: { type: "sweep" } })).answer.body).toMatchObject({ due: 0 });
  }));

test("a team that is missing within seconds of the grant may be back, so the sweep looks again", () =>
  inOrganization(async ({ github, dynamoDb, send }) => {
    await send(escalate);
    github.deleteTeam("acme", "platform");
    expect((await send(deescalate)).answer.errors).toEqual([
      "GitHub team acme/platform does not exist any more; name another in the target's settings; the access may remain until the next sweep ends it",
    ]);
    await passTime(dynamoDb, 60_000);
    expect((await send({ event: { type: "sweep" } })).answer.body).toMatchObject({ finished: 1, failed: 0 });
  }));

test("an owner's token knows a deleted team from a hidden one, too", () =>
  inOrganization(async ({ github, sandbox, dynamoDb, send }) => {
    sandbox.secretsManager.putSecret("sym/github-token", github.createToken("olga-o"));
    await send(escalate);
    github.deleteTeam("acme", "platform");
    await passTime(dynamoDb, 60_000);
    expect((await send(deescalate)).answer).toMatchObject({ body: { message: ended }, errors: [] });
  }, byOwnersToken));

test("a team that only the token's owner cannot see any more is an error, and no end", () =>
  inOrganization(async ({ github, sandbox, dynamoDb, send, placeOf }) => {
    sandbox.secretsManager.putSecret("sym/github-token", github.createToken("olga-o"));
    await send(escalate);
    github.hideTeam("acme", "platform");
    github.setMember("acme", "olga-o");
    await passTime(dynamoDb, 60_000);
    const { answer } = await send(deescalate);
    expect(answer.body["outcome"]).toBe("failed");
    expect(answer.errors[0]).toBe(hidden);
    expect((await send({ event: { type: "sweep" } })).answer.body).toMatchObject({ due: 1, failed: 1 });
    expect(placeOf("robin-r")).toBe("member");
  }, byOwnersToken));

test("a team of an organisation whose name is another's now is an error, and no end", () =>
  inOrganization(async ({ github, dynamoDb, appId, send }) => {
    await send(escalate);
    github.renameUser("acme", "acme-old");
    github.createOrganization("acme");
    github.setMember("acme", "robin-r");
    github.installApp("acme", appId);
    github.expireTokens();
    await passTime(dynamoDb, 60_000);
    const { answer } = await send(deescalate);
    expect(answer.body["outcome"]).toBe("failed");
    expect(answer.errors[0]).toBe(hidden);
    expect(github.members("acme-old", "platform")["robin-r"]).toBe("member");
  }));

test("somebody who left the organisation has nothing left to take away", () =>
  inOrganization(async ({ github, send, countOf }) => {
    await send(escalate);
    github.removeMember("acme", "robin-r");
    expect((await send(deescalate)).answer).toMatchObject({ body: { outcome: "revoked" }, errors: [] });
    expect(countOf(remove)).toBe(0);
  }));

test("with invite, an outsider is pending, and the end takes back the place in the team and the invitation", () =>
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

test("an invitation that was accepted ends in the team only, and the answer says so", () =>
  inOrganization(async ({ github, send, placeOf }) => {
    github.createUser("nat-n");
    github.addIdentity("acme", nat, "nat-n");
    await send(inviting(escalate));
    github.acceptInvitation("acme", "nat-n");
    expect((await send(inviting(escalate))).answer.body["outcome"]).toBe("granted");
    expect((await send(inviting(deescalate))).answer.body).toMatchObject({
      outcome: "revoked",
      residual_access: "You accepted the invitation to the organisation acme, and stay in it.",
    });
    expect([placeOf("nat-n"), github.isMember("acme", "nat-n")]).toEqual([undefined, true]);
  }));

test("an invitation that others made stays, without the team", () =>
  inOrganization(async ({ github, send, placeOf }) => {
    github.createUser("nat-n");
    github.addIdentity("acme", nat, "nat-n");
    github.invite("acme", "nat-n");
    expect((await send(inviting(escalate))).answer.body["outcome"]).toBe("pending");
    expect(placeOf("nat-n")).toBe("pending");
    expect((await send(inviting(deescalate))).answer.body["outcome"]).toBe("revoked");
    expect([placeOf("nat-n"), github.invitations("acme")]).toEqual([undefined, ["nat-n"]]);
  }));

test("an invitation to the team that others made stays as it is", () =>
  inOrganization(async ({ github, send, placeOf, countOf }) => {
    github.createUser("nat-n");
    github.addIdentity("acme", nat, "nat-n");
    github.invite("acme", "nat-n", "platform");
    expect((await send(inviting(escalate))).answer.body["outcome"]).toBe("pending");
    await send(inviting(deescalate));
    expect([placeOf("nat-n"), github.invitations("acme")]).toEqual(["pending", ["nat-n"]]);
    expect([countOf(put), countOf(remove)]).toEqual([0, 0]);
  }));

test("somebody who accepts an invitation of others keeps the place in the team, and is told", () =>
  inOrganization(async ({ github, send, placeOf }) => {
    github.createUser("nat-n");
    github.addIdentity("acme", nat, "nat-n");
    github.invite("acme", "nat-n", "platform");
    await send(inviting(escalate));
    github.acceptInvitation("acme", "nat-n");
    const { answer } = await send(inviting(deescalate));
    expect(answer).toMatchObject({
      body: { residual_access: "You keep the place in it that others had invited you to before." },
      errors: [],
    });
    expect(placeOf("nat-n")).toBe("member");
  }));

test("an invitation that has become one to other teams too stays", () =>
  inOrganization(async ({ github, send, placeOf }) => {
    github.createUser("nat-n");
    github.addIdentity("acme", nat, "nat-n");
    github.createTeam("acme", "Other");
    await send(inviting(escalate));
    github.invite("acme", "nat-n", "other");
    await send(inviting(deescalate));
    expect([placeOf("nat-n"), placeOf("nat-n", "other")]).toEqual([undefined, "pending"]);
  }));

test("an invitation is found among more than one page of them", () =>
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

test("an invitation for which no seat is left is named in the answer", () =>
  inOrganization(async ({ github, send, placeOf }) => {
    github.createUser("nat-n");
    github.addIdentity("acme", nat, "nat-n");
    github.fillSeats("acme");
    expect((await send(inviting(escalate))).answer).toMatchObject({
      body: { outcome: "refused" },
      errors: [
        expect.stringContaining(
          "GitHub does not take GitHub user nat-n into GitHub team acme/platform; an owner of acme can see whether seats or invitations are used up",
        ),
      ],
    });
    expect([placeOf("nat-n"), github.invitations("acme")]).toEqual([undefined, []]);
  }));
