// Requests from their asking to their end, on the built bundles, in moto's executor of state machines.
import path from "node:path";
import { runScript } from "@sym/command-line/front-door.test-support";
import { infraFolder } from "@sym/infra-tests/terraform";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { alex, type Flow, kim, robin, sam, startFlow } from "./flow.ts";
import { readManifest } from "./slack-manifest.ts";
import { testSlack } from "./slack-story.test-support.ts";
import { storyOf } from "./story.test-support.ts";
import { findFlowTools } from "./tools.ts";

const tools = findFlowTools();
const heading = `# The policies of the flow's functions

Made by \`npm run test:flow\` from the policies that Terraform applied; \`npm run test:flow -- -u\` writes this file anew. In the tests, each call of a function is held to the policy of the function's role, and each permission is used by at least one call. Lambda's runtime uses the permissions for logs.

`;

describe.runIf(tools)("the flow, deployed to moto", () => {
  let flow: Flow;
  /** The function and the call that fail now, such as `sym-flow-api SendTaskSuccess`. */
  let failing = "";
  /** Whether every call to Slack fails now. */
  let isSlackDown = false;
  beforeAll(async () => {
    if (tools)
      flow = await startFlow(tools, {
        fateOf: ({ functionName, call }) => (`${functionName} ${call}` === failing ? "failed" : "passed"),
        slackFateOf: () => (isSlackDown ? "down" : "passed"),
        scopes: readManifest().scopes,
      });
  });
  afterAll(() => flow?.close());
  const { until, untilIs, untilAsked, told, held } = storyOf(() => flow);

  test("a request is planned, approved, granted, held, and ended when its time is over", async () => {
    const id = await flow.ask(robin);
    await untilAsked(id);
    const [question] = (await flow.read(id)).messages;
    expect(question?.text).toContain("IAM user robin@example.com would get access to IAM group prod-admins");
    expect(await flow.members()).toEqual([]);
    expect(await flow.decide(alex, id, "approve")).toMatchObject({ status: 200 });
    await untilIs(id, "held");
    expect(await flow.members()).toEqual([robin]);
    await untilIs(id, "ended", 60);
    expect(await flow.members()).toEqual([]);
    const { times, answers } = await flow.read(id);
    expect(Number(times.over)).toBeGreaterThanOrEqual(Number(times.holdUntil));
    expect(answers.deescalate).toMatchObject({ outcome: "revoked", errors: [] });
    expect(await told(id)).toEqual([
      "asked to approvers",
      "held to requester",
      "reminder to requester",
      "ended to requester",
    ]);
    // The number in docs/flow.md, "Costs".
    expect(await flow.transitions(id)).toBe(12);
  });

  test("nobody approves an own request, and two approvals are two people", async () => {
    const id = await flow.ask(sam, { target: "prod-admins-two" });
    await untilAsked(id);
    expect(await flow.decide("Sam@Example.com", id, "approve")).toMatchObject({ status: 409 });
    for (const again of [1, 2])
      expect(await flow.decide(alex, id, "approve"), `${again}`).toMatchObject({ status: 200 });
    expect((await flow.read(id)).status).toBe("asked");
    await flow.decide(kim, id, "approve");
    await untilIs(id, "held");
    expect(await flow.members()).toEqual([sam]);
    await flow.decide(kim, id, "end");
    await untilIs(id, "ended");
    expect(await flow.members()).toEqual([]);
  });

  test("a denied, a withdrawn and an undecided request give no access", async () => {
    const [denied, withdrawn, undecided] = [await flow.ask(robin), await flow.ask(sam), await flow.ask(kim)];
    for (const id of [denied, withdrawn, undecided]) await untilAsked(id);
    await flow.decide(alex, denied, "deny");
    await flow.decide(sam, withdrawn, "withdraw");
    await untilIs(undecided, "expired", 90);
    expect((await flow.read(denied)).status).toBe("denied");
    expect((await flow.read(withdrawn)).status).toBe("withdrawn");
    expect(await flow.decide(alex, undecided, "approve")).toMatchObject({ status: 409 });
    expect(await flow.members()).toEqual([]);
    for (const id of [denied, withdrawn, undecided]) expect((await flow.read(id)).times.granting).toBeNull();
  });

  test("breaking the glass needs no approver, is loud, and ends in time", async () => {
    const id = await flow.ask(robin, {
      route: "break-glass",
      duration: "10m",
      reason: "The importer is down",
    });
    await untilIs(id, "held");
    expect(await flow.members()).toEqual([robin]);
    expect((await flow.read(id)).messages[0]).toMatchObject({ kind: "approved-at-once", to: "everyone" });
    await untilIs(id, "ended", 30);
    expect(await flow.members()).toEqual([]);
  });

  test("a second request extends the access without a gap", async () => {
    const first = await held(robin, { duration: "10m" });
    const second = await held(robin, { duration: "30m" });
    await untilIs(first, "ended", 30);
    expect(await flow.members()).toEqual([robin]);
    await untilIs(second, "ended", 60);
    expect(await flow.members()).toEqual([]);
  });

  test("access that a person has without any request stays, and needs no request", async () => {
    await flow.giveStanding(kim);
    const id = await flow.ask(kim);
    await untilIs(id, "refused");
    expect(await flow.members()).toEqual([kim]);
    expect(await told(id)).toEqual(["refused to requester"]);
  });

  test("the watchman refuses a request whose execution was stopped before the grant", async () => {
    const id = await flow.ask(robin);
    await untilAsked(id);
    await flow.stop(id);
    await untilIs(id, "refused");
    expect(await flow.members()).toEqual([kim]);
  });

  test("the watchman ends access whose execution was stopped, and tells the operators", async () => {
    const id = await held(robin);
    await flow.stop(id);
    await untilIs(id, "ended");
    expect(await flow.members()).toEqual([kim]);
    expect(await told(id)).toContain("stopped to operators");
  });

  test("the watchman carries on a decision whose wake is lost", async () => {
    const id = await flow.ask(robin);
    await untilAsked(id);
    failing = "sym-flow-api SendTaskSuccess";
    expect(await flow.decide(alex, id, "approve")).toMatchObject({ status: 200 });
    // The message of the grant is lost, too: the next step tells it.
    failing = "sym-flow-escalate Publish";
    await untilIs(id, "held");
    failing = "";
    await until(id, ({ messages }) => messages.every(({ told: at }) => at !== null));
    await flow.decide(robin, id, "end");
    await untilIs(id, "ended");
    // A hold that comes after the decision wakes itself.
    await flow.deployment.gateway.invoke("sym-flow-hold", { request: id, token: "late" });
    expect(await flow.members()).toEqual([kim]);
  });

  testSlack(
    () => flow,
    (isDown) => {
      isSlackDown = isDown;
    },
  );

  test("people list requests and targets", async () => {
    for (const query of ["?person=robin@example.com", "?target=prod-admins", "?status=ended", "?open=true"])
      expect(await flow.call(alex, "GET", `/requests${query}`)).toMatchObject({ status: 200 });
    expect(await flow.call(robin, "GET", "/targets")).toMatchObject({ status: 200 });
  });

  test("the doctor finds nothing wrong with the functions of the flow, and names their version", async () => {
    const { environment } = flow.deployment.gateway;
    const { stdout } = await runScript("doctor", ["--prefix", "sym", "--json"], { environment });
    const functions: { name: string; checks: { check: string; level: string; message: string }[] }[] =
      JSON.parse(stdout).functions;
    const ofFlow = functions.filter(({ name }) => name.startsWith("sym-flow-"));
    const steps = ["ask", "deescalate", "escalate", "hold", "plan"].map((step) => `sym-flow-${step}`);
    expect(ofFlow.map(({ name }) => name).sort()).toEqual(
      [...steps, "sym-flow-api", "sym-flow-slack", "sym-flow-watchman"].sort(),
    );
    for (const { name, checks } of ofFlow) {
      expect({ name, wrong: checks.filter(({ level }) => level !== "ok") }).toEqual({ name, wrong: [] });
      expect(checks.map(({ check }) => check)).toEqual(
        expect.arrayContaining(["function", "runtime", "bundle", "log", "version", "requests"]),
      );
    }
    const own = functions.find(({ name }) => name === "sym-iam-group")?.checks ?? [];
    expect(own.find(({ check }) => check === "flow")).toMatchObject({ level: "ok" });
  });

  test("each function did what its role allows, and every permission was needed", async () => {
    expect(flow.permissions.refused()).toEqual([]);
    expect(flow.permissions.unused()).toEqual([]);
    const file = path.join(infraFolder, "modules/flow/least-privilege.md");
    await expect(`${heading}${flow.permissions.table()}\n`).toMatchFileSnapshot(file);
  });

  test("a new version is deployed while requests wait, hold and end", async () => {
    const asked = await flow.ask(robin);
    await untilAsked(asked);
    const holding = await held(sam);
    await flow.apply({ keep_days: 30 });
    await flow.deployment.gateway.restartFunctions();
    await flow.decide(alex, asked, "approve");
    await untilIs(asked, "held");
    expect(await flow.members()).toEqual([kim, robin, sam]);
    await untilIs(holding, "ended", 60);
    await untilIs(asked, "ended", 60);
    expect(await flow.members()).toEqual([kim]);
  });

  test("a second plan is empty, and destroy removes everything", async () => {
    const plan = await flow.deployment.terraform("flow", ["plan"]);
    // moto does not return a function's logging configuration.
    expect(plan).toContain("Plan: 0 to add, 8 to change, 0 to destroy.");
    expect(plan.match(/^ +[+~-] (?!update|resource|logging_config|log_)\w+/gm) ?? []).toEqual([]);
    const destroyed = await flow.deployment.terraform("flow", ["destroy", "-auto-approve"]);
    const [, resources] = /Destroy complete! Resources: (\d+) destroyed/.exec(destroyed) ?? [];
    expect(resources).toBeDefined();
    process.stderr.write(`infra/flow: ${resources} resources applied, planned again and destroyed\n`);
  });
});
