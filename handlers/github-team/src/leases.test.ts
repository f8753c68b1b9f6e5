import { passTime } from "@sym/local-lambda/table-time";
import { testPayload } from "@sym/test-payloads/payloads";
import { expect, test } from "vitest";
import { deescalate, escalate, inOrganization, robin, withSettings } from "./world.test-support.ts";

const put = "teams/add-or-update-membership-for-user-in-org";
const remove = "teams/remove-membership-for-user-in-org";
const overlapEscalate = withSettings(testPayload("overlap-escalate.json"));
const overlapDeescalate = withSettings(testPayload("overlap-deescalate.json"));
const asMaintainer = (payload: typeof escalate) => withSettings(payload, { role: "maintainer" });
const byOwnersToken = {
  environment: { GITHUB_APP_ID: "", GITHUB_PRIVATE_KEY_SECRET: "", GITHUB_TOKEN_SECRET: "sym/github-token" },
};

for (const role of ["member", "maintainer"] as const)
  test(`a standing ${role} keeps that role throughout a request for member`, () =>
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
      // No call changed the role, so the person had the same role at every moment.
      expect([countOf(put), countOf(remove)]).toEqual([0, 0]);
    }));

test("a standing member is a member again after a revoke of maintainer", () =>
  inOrganization(async ({ github, send, placeOf, countOf }) => {
    github.setTeamMember("acme", "platform", "robin-r", "member");
    expect((await send(asMaintainer(escalate))).answer.body["outcome"]).toBe("granted");
    expect(placeOf("robin-r")).toBe("maintainer");
    const { answer } = await send(asMaintainer(deescalate));
    expect(answer).toMatchObject({ body: { outcome: "lowered" }, errors: [] });
    expect(answer.body["message"]).toContain(
      "your remaining access is member, which you have without the request.",
    );
    expect(placeOf("robin-r")).toBe("member");
    expect(countOf(remove)).toBe(0);
  }));

test("a member of a child team already has the access, and keeps the access after the revoke", () =>
  inOrganization(async ({ github, send, countOf }) => {
    github.createTeam("acme", "Databases", { parent: "platform" });
    github.setTeamMember("acme", "databases", "robin-r");
    expect((await send(escalate)).answer.body["outcome"]).toBe("already-had-access");
    expect((await send(deescalate)).answer).toMatchObject({ body: { outcome: "kept-standing" }, errors: [] });
    expect(github.members("acme", "databases")).toEqual({ "robin-r": "member" });
    expect([countOf(put), countOf(remove)]).toEqual([0, 0]);
  }));

const throughChild = "You are still a member through one of the team's child teams.";
for (const direct of [true, false])
  test(`a person in a child team ${direct ? "and" : "but not"} in the team is again so after a revoke of maintainer`, () =>
    inOrganization(async ({ github, send, placeOf }) => {
      github.createTeam("acme", "Databases", { parent: "platform" });
      github.setTeamMember("acme", "databases", "robin-r");
      if (direct) github.setTeamMember("acme", "platform", "robin-r");
      expect((await send(asMaintainer(escalate))).answer.body["outcome"]).toBe("granted");
      expect(placeOf("robin-r")).toBe("maintainer");
      const { answer } = await send(asMaintainer(deescalate));
      expect(answer).toMatchObject({ body: { outcome: direct ? "lowered" : "revoked" }, errors: [] });
      expect(answer.body["residual_access"]).toBe(direct ? undefined : throughChild);
      expect(placeOf("robin-r")).toBe("member");
      github.removeTeamMember("acme", "databases", "robin-r");
      expect(placeOf("robin-r")).toBe(direct ? "member" : undefined);
    }));

test("a grant fails without a change if GitHub hides who is a direct member of the team", () =>
  inOrganization(
    async ({ github, sandbox, send, placeOf }) => {
      github.setTeamMember("acme", "platform", "robin-r");
      sandbox.faults.inject({ action: "graphql", kind: "access-denied" });
      expect((await send(asMaintainer(escalate))).answer).toMatchObject({
        body: { outcome: "failed" },
        errors: [
          "GitHub does not show this function the direct members of the team acme/platform; give the App or the token the permission Members",
        ],
      });
      expect(placeOf("robin-r")).toBe("member");
    },
    { environment: { IDENTITY_RULE: "map", IDENTITY_MAP: JSON.stringify({ [robin]: "robin-r" }) } },
  ));

test("an organisation owner keeps the access after a revoke", () =>
  inOrganization(async ({ github, send, placeOf, countOf }) => {
    github.setMember("acme", "robin-r", "admin");
    github.setTeamMember("acme", "platform", "robin-r", "member");
    expect((await send(escalate)).answer.body["outcome"]).toBe("already-had-access");
    expect((await send(deescalate)).answer.body["outcome"]).toBe("kept-standing");
    expect(placeOf("robin-r")).toBe("maintainer");
    expect([countOf(put), countOf(remove)]).toEqual([0, 0]);
  }));

for (const role of ["member", "maintainer"])
  test(`a ${role} who becomes an organisation owner is removed from the team at the revoke`, () =>
    inOrganization(async ({ github, send, placeOf }) => {
      await send(withSettings(escalate, { role }));
      github.setMember("acme", "robin-r", "admin");
      expect((await send(withSettings(deescalate, { role }))).answer.body["outcome"]).toBe("revoked");
      github.setMember("acme", "robin-r");
      expect(placeOf("robin-r")).toBeUndefined();
    }));

for (const weakerFirst of [true, false])
  test(`the revoke of maintainer leaves the role of a${weakerFirst ? "n earlier" : " later"} request for member, and says so`, () =>
    inOrganization(async ({ send, placeOf }) => {
      const escalates = [escalate, asMaintainer(overlapEscalate)];
      for (const payload of weakerFirst ? escalates : escalates.reverse())
        expect((await send(payload)).answer.body["outcome"]).toBe("granted");
      expect(placeOf("robin-r")).toBe("maintainer");
      const { answer } = await send(asMaintainer(overlapDeescalate));
      expect(answer).toMatchObject({ body: { outcome: "lowered" }, errors: [] });
      expect(answer.body["message"]).toMatch(
        /^Your request for GitHub team acme\/platform as maintainer has ended; your remaining access is member, through another approved request until .* UTC\.$/,
      );
      expect(placeOf("robin-r")).toBe("member");
      expect((await send(deescalate)).answer.body["outcome"]).toBe("revoked");
      expect(placeOf("robin-r")).toBeUndefined();
    }));

test("the revoke of member leaves the maintainer role of another request", () =>
  inOrganization(async ({ send, placeOf }) => {
    await send(escalate);
    await send(asMaintainer(overlapEscalate));
    expect((await send(deescalate)).answer.body["outcome"]).toBe("kept-for-other-request");
    expect(placeOf("robin-r")).toBe("maintainer");
    expect((await send(asMaintainer(overlapDeescalate))).answer.body["outcome"]).toBe("revoked");
    expect(placeOf("robin-r")).toBeUndefined();
  }));

test("a standing member is a member again after a request for maintainer, seconds after another revoke", () =>
  inOrganization(async ({ github, send, placeOf }) => {
    github.setTeamMember("acme", "platform", "robin-r");
    expect((await send(escalate)).answer.body["outcome"]).toBe("already-had-access");
    expect((await send(deescalate)).answer.body["outcome"]).toBe("kept-standing");
    expect((await send(asMaintainer(overlapEscalate))).answer.body["outcome"]).toBe("granted");
    expect(placeOf("robin-r")).toBe("maintainer");
    expect((await send(asMaintainer(overlapDeescalate))).answer.body["outcome"]).toBe("lowered");
    expect(placeOf("robin-r")).toBe("member");
  }));

test("a maintainer who lowers their own role is removed at the revoke", () =>
  inOrganization(async ({ github, dynamoDb, send, placeOf }) => {
    await send(asMaintainer(escalate));
    await passTime(dynamoDb, 60_000);
    github.setTeamMember("acme", "platform", "robin-r", "member");
    const { answer } = await send(asMaintainer(deescalate));
    expect(answer).toMatchObject({ body: { outcome: "revoked" }, errors: [] });
    expect(placeOf("robin-r")).toBeUndefined();
  }));

test("the answer says that a maintainer who joined a child team is still in the team", () =>
  inOrganization(async ({ github, dynamoDb, send, placeOf }) => {
    github.createTeam("acme", "Databases", { parent: "platform" });
    await send(asMaintainer(escalate));
    await passTime(dynamoDb, 60_000);
    github.setTeamMember("acme", "databases", "robin-r");
    expect((await send(asMaintainer(deescalate))).answer.body).toMatchObject({
      outcome: "revoked",
      residual_access: throughChild,
    });
    expect(placeOf("robin-r")).toBe("member");
  }));

for (const where of ["in the team", "in a child team only"])
  test(`a membership ${where} is found among several pages of members`, () =>
    inOrganization(async ({ github, dynamoDb, send, placeOf }) => {
      github.createTeam("acme", "Databases", { parent: "platform" });
      for (const number of Array(120).keys()) {
        github.createUser(`robin-r${number}`);
        github.setTeamMember("acme", "platform", `robin-r${number}`);
        github.setTeamMember("acme", "databases", `robin-r${number}`);
      }
      const team = where === "in the team" ? "platform" : "databases";
      github.setTeamMember("acme", team, "robin-r");
      expect((await send(asMaintainer(escalate))).answer.body["outcome"]).toBe("granted");
      await passTime(dynamoDb, 60_000);
      await send(asMaintainer(deescalate));
      github.removeTeamMember("acme", "databases", "robin-r");
      expect(placeOf("robin-r")).toBe(team === "platform" ? "member" : undefined);
    }));

test("a missing account with a visible membership fails the revoke, and the sweep finishes the revoke", () =>
  inOrganization(async ({ sandbox, dynamoDb, send, placeOf }) => {
    await send(escalate);
    await passTime(dynamoDb, 60_000);
    sandbox.faults.inject({ action: "users/get-by-id", kind: "not-found", times: 2 });
    const { answer } = await send(deescalate);
    expect(answer.body["outcome"]).toBe("failed");
    expect(answer.errors[0]).toMatch(
      /^GitHub's answers contradict each other: account \d+ does not exist, but is a member of acme; try again in a minute; /,
    );
    expect(placeOf("robin-r")).toBe("member");
    sandbox.faults.clear();
    await passTime(dynamoDb, 10 * 60_000);
    expect((await send({ event: { type: "sweep" } })).answer.body).toMatchObject({ failed: 0 });
    expect(placeOf("robin-r")).toBeUndefined();
  }));

test("a revoke leaves a promotion by another administrator, and the answer says so", () =>
  inOrganization(async ({ github, send, placeOf }) => {
    await send(escalate);
    github.setTeamMember("acme", "platform", "robin-r", "maintainer");
    const { answer } = await send(deescalate);
    expect(answer).toMatchObject({ body: { outcome: "kept-standing" }, errors: [] });
    expect(answer.body["message"]).toContain(
      "another administrator or system changed the access after the grant",
    );
    expect(placeOf("robin-r")).toBe("maintainer");
  }));

test("a revoke removes the right person from the right team after others took both old names", () =>
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

test("a revoke removes a person who is no longer in IDENTITY_MAP", () =>
  inOrganization(
    async ({ github, send, placeOf }) => {
      await send(escalate);
      github.renameUser("robin-r", "robin-q");
      expect((await send(deescalate)).answer.body["outcome"]).toBe("revoked");
      expect(placeOf("robin-q")).toBeUndefined();
    },
    { environment: { IDENTITY_RULE: "map", IDENTITY_MAP: JSON.stringify({ [robin]: "robin-r" }) } },
  ));

test("deescalate for a deleted account succeeds", () =>
  inOrganization(async ({ github, send }) => {
    await send(escalate);
    github.deleteUser("robin-r");
    expect((await send(deescalate)).answer).toMatchObject({ body: { outcome: "revoked" }, errors: [] });
  }));

const hidden =
  "GitHub team acme/platform was deleted, or is hidden from this function; if the team exists, let the App or the token's owner see the team; the end of the request is recorded, so the next sweep tries again; until then the access may remain";
const ended =
  "Your access to GitHub team acme/platform has ended: the resource no longer exists, so the access ended with it.";

test("deleting the team ends the access, and the answer says so", () =>
  inOrganization(async ({ github, dynamoDb, send }) => {
    await send(escalate);
    github.deleteTeam("acme", "platform");
    await passTime(dynamoDb, 60_000);
    const { answer } = await send(deescalate);
    expect(answer).toMatchObject({ body: { outcome: "revoked", message: ended }, errors: [] });
    await passTime(dynamoDb, 24 * 3_600_000);
    expect((await send({ event: { type: "sweep" } })).answer.body).toMatchObject({ due: 0 });
  }));

test("a team that is missing seconds after the grant is left to the sweep, because the read may be stale", () =>
  inOrganization(async ({ github, dynamoDb, send }) => {
    await send(escalate);
    github.deleteTeam("acme", "platform");
    expect((await send(deescalate)).answer.errors).toEqual([
      "GitHub team acme/platform no longer exists; set the target's settings to an existing team; the end of the request is recorded, so the next sweep tries again; until then the access may remain",
    ]);
    await passTime(dynamoDb, 60_000);
    expect((await send({ event: { type: "sweep" } })).answer.body).toMatchObject({ finished: 1, failed: 0 });
  }));

test("an owner's token also distinguishes a deleted team from a hidden team", () =>
  inOrganization(async ({ github, sandbox, dynamoDb, send }) => {
    sandbox.secretsManager.putSecret("sym/github-token", github.createToken("olga-o"));
    await send(escalate);
    github.deleteTeam("acme", "platform");
    await passTime(dynamoDb, 60_000);
    expect((await send(deescalate)).answer).toMatchObject({ body: { message: ended }, errors: [] });
  }, byOwnersToken));

test("a revoke fails if the token's owner can no longer see the team", () =>
  inOrganization(async ({ github, sandbox, dynamoDb, send, placeOf }) => {
    sandbox.secretsManager.putSecret("sym/github-token", github.createToken("olga-o"));
    await send(escalate);
    github.hideTeam("acme", "platform");
    github.setMember("acme", "olga-o");
    await passTime(dynamoDb, 60_000);
    const { answer } = await send(deescalate);
    expect(answer.body["outcome"]).toBe("failed");
    expect(answer.errors[0]).toBe(hidden);
    await passTime(dynamoDb, 10 * 60_000);
    expect((await send({ event: { type: "sweep" } })).answer.body).toMatchObject({ due: 1, failed: 1 });
    expect(placeOf("robin-r")).toBe("member");
  }, byOwnersToken));

test("a revoke fails if another organisation now has the organisation's name", () =>
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

test("a revoke for a person who left the organisation succeeds, and mentions a reinstatement", () =>
  inOrganization(async ({ github, dynamoDb, send, countOf }) => {
    await send(escalate);
    await passTime(dynamoDb, 60_000);
    github.removeMember("acme", "robin-r");
    expect((await send(deescalate)).answer).toMatchObject({
      body: {
        outcome: "revoked",
        residual_access:
          "You are not a member of the organisation acme now; if you left it since the grant, GitHub adds you to the team again when the organisation reinstates you within three months.",
      },
      errors: [],
    });
    expect(countOf(remove)).toBe(0);
  }));

test("the answer to a person who is still in the organisation does not mention a reinstatement", () =>
  inOrganization(async ({ send }) => {
    await send(escalate);
    expect((await send(deescalate)).answer.body).not.toHaveProperty("residual_access");
  }));

test("a team synchronised from an identity provider is refused, without work for the sweep", () =>
  inOrganization(async ({ github, dynamoDb, send }) => {
    github.synchronizeTeam("acme", "platform", "Platform engineers");
    expect((await send(escalate)).answer).toMatchObject({
      body: { outcome: "refused" },
      errors: [
        expect.stringMatching(
          /^GitHub team acme\/platform is synchronised with the group Platform engineers of the identity/,
        ),
      ],
    });
    await passTime(dynamoDb, 24 * 3_600_000);
    expect((await send({ event: { type: "sweep" } })).answer.body).toMatchObject({ failed: 0 });
  }));
