// Whether handlers/*/permissions.md says what the handlers call. It needs neither Terraform nor moto.
import { startUnleash } from "@sym/stand-ins/unleash";
import { afterAll, expect, test } from "vitest";
import { featureFlag } from "./least-privilege/feature-flag.ts";
import { gitHubTeam } from "./least-privilege/github-team.ts";
import { iamGroup } from "./least-privilege/iam-group.ts";
import { identityCenterGroup } from "./least-privilege/identity-center-group.ts";
import { manifestOf } from "./least-privilege/manifest.ts";

const unleash = await startUnleash().catch((error: Error) => error);
const there = unleash instanceof Error ? undefined : unleash;
if (!there)
  process.stderr.write(`SKIPPED: the calls of feature-flag, because ${(unleash as Error).message}\n`);

afterAll(async () => {
  await there?.close();
});

test.runIf(process.env["CI"])("Unleash is there where tests may not be skipped", () => {
  expect(unleash, "Unleash needs npm, and PostgreSQL or PGlite").not.toBeInstanceOf(Error);
});

test.each([iamGroup, identityCenterGroup, gitHubTeam, ...(there ? [featureFlag(there)] : [])])(
  "permissions.md of $handler lists the calls that it makes",
  async (story) => {
    const file = `../../../handlers/${story.handler}/permissions.md`;
    await expect(await manifestOf(story, there)).toMatchFileSnapshot(file);
  },
);
