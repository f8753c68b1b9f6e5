// Runs `@cloud-copilot/iam-simulate`, which is AGPL-3.0 and therefore a separate program. The first argument is the
// folder of its installation. Reads cases as JSON on stdin, and prints their results as JSON, in the same order.
import { createRequire } from "node:module";
import { text } from "node:stream/consumers";

const { runSimulation } = createRequire(`${process.argv[2]}/`)("@cloud-copilot/iam-simulate");
const { policies, cases } = JSON.parse(await text(process.stdin));

const results = [];
for (const { action, arn, account, held } of cases) {
  const request = {
    principal: `arn:aws:iam::${account}:role/sym-handler`,
    action,
    resource: { resource: arn, accountId: account },
    contextVariables: {},
  };
  const identityPolicies = policies[held].map((policy, index) => ({ name: `policy-${index}`, policy }));
  const simulation = { request, identityPolicies, serviceControlPolicies: [], resourceControlPolicies: [] };
  const { resultType, overallResult, errors } = await runSimulation(simulation, {});
  results.push(
    resultType === "single" ? overallResult : `${resultType}: ${overallResult ?? JSON.stringify(errors)}`,
  );
}
process.stdout.write(JSON.stringify(results));
