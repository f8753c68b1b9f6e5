// Copies every handler of the workspace, and checks that the copies pass the checks and the conformance suite
// unchanged.
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { copyWorkspace, infraCheck } from "../src/workspace-copy.test-support.ts";

const copy = copyWorkspace();
afterAll(() => copy.remove());

const made = {
  "iam-group": "okta-group",
  "identity-center-group": "okta-store",
  "github-team": "okta-team",
  "launchdarkly-flag": "okta-flag",
  "unleash-flag": "okta-toggle",
  "appconfig-flag": "okta-switch",
};

for (const [from, name] of Object.entries(made))
  test(`new-handler makes ${name} from ${from}, and names three existing files to change`, async () => {
    const output = await copy.run(`npm run new-handler -- ${name} --from ${from}`);
    const places = output.split("\n").filter((line) => /^ {2}handlers\/.*\.ts$/.test(line));
    expect(places).toHaveLength(3);
    for (const place of places) expect(existsSync(path.join(copy.folder, place.trim())), place).toBe(true);
  });

test("every handler of the workspace was copied, and the copies pass the checks", async () => {
  expect(readdirSync(path.join(copy.folder, "handlers")).sort()).toEqual(Object.entries(made).flat().sort());
  // The first command updates the lock file, which must then be frozen in CI.
  await copy.run("npm run check");
  await copy.run("CI=true npm run check");
});

// A copy differs from its original in names alone, and a suite takes a minute: one suite here, all in the nightly run.
const isLong = Boolean(process.env["FORK_ALL"]);
const names = isLong ? Object.values(made) : [made["github-team"]];

test(`the copies pass the conformance suite (${names.join(", ")}), and the tests of all handlers`, async () => {
  const parts = [...names.map((name) => `handlers/${name}/`), "handlers.test.ts", "zip.test.ts"];
  const output = await copy.run(`npm test -- ${parts.join(" ")}`);
  for (const name of names)
    expect(output).toMatch(new RegExp(`✓.* handlers/${name}/sandbox/conformance.test.ts`));
});

test("Terraform finds no problem in the copies' configuration", async () => {
  expect(await copy.run(infraCheck({ tested: isLong }))).toMatch(/Tests .*passed|SKIPPED: /);
});
