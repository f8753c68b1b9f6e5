// The first read of an escalate is by names, with all calls in parallel. If a lease was changed just before, the handler
// reads again by ids. Both reads must lead to the same answer, the same lease and the same state in GitHub.

import { passTime } from "@sym/local-lambda/table-time";
import { scan } from "@sym/stand-ins/dynamodb";
import { testPayload } from "@sym/test-payloads/payloads";
import { expect, test } from "vitest";
import {
  escalate,
  type GitHubTeamFixture,
  inOrganization,
  robin,
  withSettings,
} from "./world.test-support.ts";

type GitHub = GitHubTeamFixture["github"];
type Situation = { what: string; arrange(github: GitHub): unknown; settings?: Record<string, string> };

const otherEscalate = withSettings(testPayload("overlap-escalate.json"));
const otherEnd = withSettings(testPayload("overlap-deescalate.json"));
const byNames = "GET /orgs/{org}/teams/{team_slug}/memberships/{username}";
const byId = "GET /user/{account_id}";

const nothing = () => undefined;
const inTeam = (github: GitHub) => github.setTeamMember("acme", "platform", "robin-r");
const maintaining = (github: GitHub) => github.setTeamMember("acme", "platform", "robin-r", "maintainer");
const owning = (github: GitHub) => github.setMember("acme", "robin-r", "admin");
const inChild = (github: GitHub) => {
  github.createTeam("acme", "Databases", { parent: "platform" });
  github.setTeamMember("acme", "databases", "robin-r");
};
const outside = (github: GitHub) => github.removeMember("acme", "robin-r");
const invited = (github: GitHub) => {
  outside(github);
  github.invite("acme", "robin-r");
};
const invitedToTeam = (github: GitHub) => {
  outside(github);
  github.invite("acme", "robin-r", "platform");
};
const nobody = (github: GitHub) => github.deleteUser("robin-r");
const toMaintain = { role: "maintainer" };
const inviting = { invite: "true" };

const inside: Situation[] = [
  { what: "a non-member", arrange: nothing },
  { what: "a non-member, to maintain the team", arrange: nothing, settings: toMaintain },
  { what: "a member", arrange: inTeam },
  { what: "a member, to maintain the team", arrange: inTeam, settings: toMaintain },
  { what: "a maintainer", arrange: maintaining },
  { what: "a maintainer, to maintain the team", arrange: maintaining, settings: toMaintain },
  { what: "an owner", arrange: owning },
  {
    what: "an owner in the team",
    arrange: (github) => [inTeam(github), owning(github)],
  },
  { what: "a member of a child team", arrange: inChild },
  { what: "a member of a child team, to maintain the parent", arrange: inChild, settings: toMaintain },
  {
    what: "a member of a child team and of the team, to maintain the team",
    arrange: (github) => [inChild(github), inTeam(github)],
    settings: toMaintain,
  },
  { what: "an outsider invited to the organisation", arrange: invited, settings: inviting },
  { what: "an outsider invited to the team", arrange: invitedToTeam, settings: inviting },
];
const notMember = "GitHub user robin-r is not a member of the organisation acme; ";
const noAccount = "GitHub user robin-r does not exist; ";
const others: (Situation & { sentence: string })[] = [
  {
    what: "an outsider invited by another administrator, without the setting invite",
    arrange: invitedToTeam,
    sentence: notMember,
  },
  { what: "an outsider", arrange: outside, sentence: notMember },
  {
    what: "an outsider, with the setting invite",
    arrange: outside,
    settings: inviting,
    sentence: "accept the invitation",
  },
  { what: "a login without an account", arrange: nobody, sentence: noAccount },
  {
    what: "a login without an account, with the setting invite",
    arrange: nobody,
    settings: inviting,
    sentence: noAccount,
  },
  {
    what: "an organisation's login",
    arrange: (github) => [nobody(github), github.createOrganization("robin-r")],
    settings: inviting,
    sentence: "GitHub account robin-r does not belong to a person; ",
  },
  {
    what: "a deleted team",
    arrange: (github) => github.deleteTeam("acme", "platform"),
    sentence: "GitHub team acme/platform does not exist, or is hidden from this function; ",
  },
];

/** The result and the calls of an escalate; `hasLease`: the lease has recorded the end of another request just before. */
async function consequences({ arrange, settings }: Situation, hasLease: boolean) {
  let found: { routes: (string | undefined)[]; end: { answer: string } } | undefined;
  await inOrganization(
    async ({ github, sandbox, dynamoDb, send }) => {
      if (hasLease) {
        // The handler gives nothing to an owner, so no later read can be stale.
        owning(github);
        await send(otherEscalate);
        await send(otherEnd);
        github.setMember("acme", "robin-r");
        await passTime(dynamoDb, -60_000); // The end stays recent even on a slow machine.
      }
      arrange(github);
      sandbox.calls.length = 0;
      const { answer } = await send(withSettings(escalate, settings));
      const records = (await scan(dynamoDb.client, dynamoDb.table)).map(({ record }) => record?.S ?? "{}");
      const leases = records
        .map((record) => JSON.parse(record.replace(new URL(github.url).host, "github")))
        .filter(({ runs = [] }) => runs.length > 0);
      const { message, outcome } = answer.body;
      const end = {
        answer: String(message).replace(/until .* UTC/, "until then"),
        outcome,
        leases: leases.map(({ access, standing }) => ({ access, standing })),
        places: github.teams("acme").map((slug) => github.members("acme", slug)),
        invitations: github.invitations("acme"),
      };
      found = { routes: sandbox.calls.map(({ route }) => route), end };
    },
    { environment: { IDENTITY_RULE: "map", IDENTITY_MAP: JSON.stringify({ [robin]: "robin-r" }) } },
  );
  return found;
}

for (const situation of inside)
  test(`${situation.what}: the read by names has the same result as the read by ids`, async () => {
    const first = await consequences(situation, false);
    const again = await consequences(situation, true);
    expect(first?.routes).toContain(byNames);
    expect(first?.routes).not.toContain(byId);
    expect(again?.routes).toContain(byId);
    expect(first?.end).toEqual(again?.end);
  });

for (const situation of others)
  test(`${situation.what}: the read by names has the same answer as the read by ids`, async () => {
    const first = await consequences(situation, false);
    expect(first?.routes).toContain(byNames);
    expect(first?.end.answer).toContain(situation.sentence);
    expect(first?.end).toEqual((await consequences(situation, true))?.end);
  });
