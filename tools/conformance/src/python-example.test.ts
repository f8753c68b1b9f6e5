import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { outcomes, runConformance, temporaryFolder } from "./run.test-support.ts";
import { scenes } from "./scenes.ts";

const python = process.env["PYTHON"] ?? "python3";
const hasPython = spawnSync(python, ["-c", "import fcntl, sqlite3"]).status === 0;
const handler = `${python} examples/python-handler/handler.py`;
const target = `${python} examples/python-handler/target.py`;

test.runIf(process.env["CI"])("Python is installed in CI", () => {
  expect(hasPython).toBe(true);
});

if (!hasPython) process.stderr.write(`${python} is not installed, so the example in Python is not tested.\n`);

test.runIf(hasPython)(
  "the example in Python keeps every promise, but for three that do not apply",
  async () => {
    const environment = { EXAMPLE_STATE: temporaryFolder() };
    const run = await runConformance(["--command", handler, "--target", target, "--json"], { environment });
    expect(outcomes(run)).toEqual({
      ...Object.fromEntries(scenes.map(({ name }) => [name, "passed"])),
      renamed: "not-applicable: a room keeps its name",
      "own hand": "not-applicable: people may enter a room or may not",
      "two roles": "not-applicable: people may enter a room or may not",
    });
    expect(JSON.parse(run.stdout).counts).toEqual({
      passed: 27,
      failed: 0,
      "not-applicable": 3,
      "not-covered": 0,
    });
    expect(run.code).toBe(0);
  },
);

test.runIf(hasPython)("without its target program, scenes that need the target are not covered", async () => {
  const environment = { EXAMPLE_STATE: temporaryFolder() };
  const run = await runConformance(["--command", handler, "--setting", "room=server-room"], {
    environment,
  });
  expect(run.stdout).toContain("\n2 passed, 0 failed, 0 not applicable, 28 not covered.\n");
  expect(run.stdout).toMatch(/^standing access +not covered +no person can be added to the target/m);
  expect(run.code).toBe(0);
});
