// The doctor's event `check`, to each function of the flow.
import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { expect, test } from "vitest";
import { type FlowAccount, openFlowAccount, rulesJson } from "./flow-account.test-support.ts";

type Row = { check: string; level: string; message: string };
type Checked = {
  body: { outcome: string; system: string; version: string; checks: Row[] };
  errors: string[];
};

const event = { event: { type: "check" } };
const requests = row("requests", "The function can read the table of requests");
const environment = row("environment", "The function's environment is complete");

function row(check: string, message: string, level = "ok"): Row {
  return { check, level, message };
}

async function checked({ invoke }: FlowAccount, name: Parameters<FlowAccount["invoke"]>[0]) {
  return (await invoke(name, event)).payload as Checked;
}

test.for(["plan", "ask", "escalate", "hold", "deescalate"] as const)(
  "the step %s answers a check with its version, and records nothing",
  async (name) => {
    const account = await openFlowAccount();
    expect(await checked(account, name)).toEqual({
      body: {
        message: "1 checks: 1 ok, 0 warnings, 0 errors, 0 not checked.",
        ...{ outcome: "checked", system: "flow" },
        version: expect.stringMatching(/^\d+\.\d+\.\d+\+[\da-f]{12}$/),
        checks: [requests],
      },
      errors: [],
    });
    const { client } = account.dynamoDb;
    const { TableName } = { TableName: account.variables.REQUESTS_TABLE };
    expect((await client.send(new ScanCommand({ TableName }))).Items).toEqual([]);
    expect(account.flow.executions.started.size).toBe(0);
  },
);

test("the watchman and the API check their variables, and the API checks the rules of each target", async () => {
  const account = await openFlowAccount();
  expect((await checked(account, "watchman")).body.checks).toEqual([requests, environment]);
  account.flow.parameters.set("/sym/rules/readers", rulesJson({ target: "readers" }));
  expect((await checked(account, "api")).body.checks).toEqual([
    ...[requests, environment, row("principals", "ALLOWED_PRINCIPALS is valid")],
    row("rules", "The function can read the rules of 2 targets"),
  ]);
});

test("a fault of the deployment is a row with its sentence, beside the rows of what works", async () => {
  const account = await openFlowAccount({ environment: { STATE_MACHINE_ARN: "", ALLOWED_PRINCIPALS: "{}" } });
  account.flow.parameters.set("/sym/rules/prod-admins", rulesJson({ durations: ["never"] }));
  const { body, errors } = await checked(account, "api");
  expect(body.checks).toEqual([
    requests,
    row(
      "environment",
      "This function is misconfigured: STATE_MACHINE_ARN is missing; deploy the function with infra/flow, which sets the variable",
      "error",
    ),
    row(
      "principals",
      'This function is misconfigured: ALLOWED_PRINCIPALS must be a JSON list of patterns, such as ["arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Access_0123456789abcdef/{email}"]',
      "error",
    ),
    row(
      "rules",
      expect.stringMatching(
        /^This function is misconfigured: Rules of prod-admins: durations\.0 is "never", but /,
      ),
      "error",
    ),
  ]);
  expect(errors).toHaveLength(3);
});

test("a table that is not there is an error of each function", async () => {
  const account = await openFlowAccount({ environment: { REQUESTS_TABLE: "sym-flow-gone" } });
  expect((await checked(account, "hold")).body.checks).toEqual([
    row("requests", expect.stringMatching(/sym-flow-gone/), "error"),
  ]);
});

test("without a region's variables, a check answers, and names the missing variable", async () => {
  const account = await openFlowAccount({ environment: { KEEP_DAYS: "" } });
  expect((await checked(account, "plan")).body.checks).toEqual([
    row("requests", expect.stringMatching(/KEEP_DAYS is missing/), "error"),
  ]);
});
