// Which requests share an access, and the result of two roles of the same person, also if others change a role in
// between.
import { passTime } from "@sym/local-lambda/table-time";
import { startSandbox } from "@sym/stand-ins/sandbox";
import { testPayload } from "@sym/test-payloads/payloads";
import { expect, test } from "vitest";
import {
  createAcme,
  deescalate,
  escalate,
  type GitHubTeamFixture,
  inOrganization,
  robin,
  withRequester,
  withSettings,
} from "./world.test-support.ts";

type Payload = typeof escalate;
const second = {
  escalate: withSettings(testPayload("overlap-escalate.json")),
  deescalate: withSettings(testPayload("overlap-deescalate.json")),
};
const asMaintainer = (payload: Payload) => withSettings(payload, { role: "maintainer" });

const spellings: {
  what: string;
  rename?(github: GitHubTeamFixture["github"]): void;
  other?(payload: Payload): Payload;
  slug?: string;
  login?: string;
  environment?: Record<string, string>;
}[] = [
  {
    what: "the team and the target have a new name",
    rename: (github) => void github.renameTeam("acme", "platform", "Infrastructure"),
    other: (payload) => withSettings(payload, { team_slug: "infrastructure" }),
    slug: "infrastructure",
  },
  {
    what: "the target has the names of the organisation and the team in another case",
    other: (payload) => withSettings(payload, { org: "Acme", team_slug: "Platform" }),
  },
  {
    what: "the person's login has changed",
    rename: (github) => void github.renameUser("robin-r", "robin-q"),
    login: "robin-q",
  },
  {
    what: "the e-mail is in another case",
    environment: { IDENTITY_RULE: "map", IDENTITY_MAP: JSON.stringify({ [robin]: "robin-r" }) },
    other: (payload) => withRequester(payload, "Robin.Requester@Example.com"),
  },
];
for (const { what, environment, ...spelling } of spellings)
  test(`two requests share one access if ${what}`, () =>
    inOrganization(
      async ({ github, send, placeOf }) => {
        const { rename, other = (payload: Payload) => payload, slug, login = "robin-r" } = spelling;
        await send(escalate);
        rename?.(github);
        expect((await send(other(second.escalate))).answer).toMatchObject({
          body: { outcome: "granted" },
          errors: [],
        });
        expect((await send(deescalate)).answer).toMatchObject({
          body: { outcome: "kept-for-other-request" },
          errors: [],
        });
        expect(placeOf(login, slug)).toBe("member");
        expect((await send(other(second.deescalate))).answer).toMatchObject({
          body: { outcome: "revoked" },
          errors: [],
        });
        expect(placeOf(login, slug)).toBeUndefined();
      },
      { ...(environment && { environment }) },
    ));

test("teams with equal ids and names on two servers are two accesses", () =>
  inOrganization(async ({ github, sandbox, send, beside, placeOf }) => {
    const other = await startSandbox();
    try {
      const { appId, privateKey } = createAcme(other.github);
      sandbox.secretsManager.putSecret("sym/other-key", privateKey);
      const there = beside({
        GITHUB_API_URL: other.github.url,
        GITHUB_APP_ID: appId,
        GITHUB_PRIVATE_KEY_SECRET: "sym/other-key",
      });
      const placeThere = () => other.github.members("acme", "platform")["robin-r"];
      expect(other.github.snapshot().teams[0]?.id).toBe(github.snapshot().teams[0]?.id);
      expect((await send(escalate)).answer.body["outcome"]).toBe("granted");
      expect((await there(second.escalate)).answer.body["outcome"]).toBe("granted");
      expect((await send(deescalate)).answer).toMatchObject({ body: { outcome: "revoked" }, errors: [] });
      expect([placeOf("robin-r"), placeThere()]).toEqual([undefined, "member"]);
      expect((await there(second.deescalate)).answer.body["outcome"]).toBe("revoked");
      expect(placeThere()).toBeUndefined();
    } finally {
      await other.close();
    }
  }));

test("a run id that is reused for another team or role is refused, and revokes only its first access", () =>
  inOrganization(async ({ github, send, placeOf }) => {
    github.createTeam("acme", "Auditors");
    await send(escalate);
    for (const other of [withSettings(escalate, { team_slug: "auditors" }), asMaintainer(escalate)])
      expect((await send(other)).answer).toMatchObject({
        body: { outcome: "refused" },
        errors: [expect.stringMatching(/^The id of this request belongs to another access, person or role/)],
      });
    expect([placeOf("robin-r"), placeOf("robin-r", "auditors")]).toEqual(["member", undefined]);
    expect((await send(deescalate)).answer.body["outcome"]).toBe("revoked");
    expect(placeOf("robin-r")).toBeUndefined();
  }));

test("a standing member stays a member through a request seconds after a revoke of maintainer", () =>
  inOrganization(async ({ github, send, placeOf }) => {
    github.setTeamMember("acme", "platform", "robin-r");
    expect((await send(asMaintainer(escalate))).answer.body["outcome"]).toBe("granted");
    expect((await send(asMaintainer(deescalate))).answer.body["outcome"]).toBe("lowered");
    expect((await send(second.escalate)).answer.body["outcome"]).toBe("already-had-access");
    const { answer } = await send(second.deescalate);
    expect(answer).toMatchObject({ body: { outcome: "kept-standing" }, errors: [] });
    expect(placeOf("robin-r")).toBe("member");
  }));

test("a maintainer who lowers their own role is removed at the last revoke, also with a second request", () =>
  inOrganization(async ({ github, dynamoDb, send, placeOf }) => {
    await send(asMaintainer(escalate));
    await passTime(dynamoDb, 60_000);
    github.setTeamMember("acme", "platform", "robin-r", "member");
    expect((await send(second.escalate)).answer.body["outcome"]).toBe("granted");
    await passTime(dynamoDb, 60_000);
    const { answer } = await send(asMaintainer(deescalate));
    expect(answer.errors).toEqual([]);
    expect(placeOf("robin-r")).toBe("member");
    expect((await send(second.deescalate)).answer).toMatchObject({
      body: { outcome: "revoked" },
      errors: [],
    });
    expect(placeOf("robin-r")).toBeUndefined();
  }));

test("a maintainer who leaves and is added again by hand is removed at the revoke", () =>
  inOrganization(async ({ github, dynamoDb, send, placeOf }) => {
    await send(asMaintainer(escalate));
    await passTime(dynamoDb, 60_000);
    github.removeTeamMember("acme", "platform", "robin-r");
    github.setTeamMember("acme", "platform", "robin-r", "member");
    expect((await send(asMaintainer(deescalate))).answer).toMatchObject({
      body: { outcome: "revoked" },
      errors: [],
    });
    expect(placeOf("robin-r")).toBeUndefined();
  }));
