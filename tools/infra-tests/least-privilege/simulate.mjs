// Decides as `@cloud-copilot/iam-simulate` does, which is AGPL-3.0 and therefore a program of its own: the folder that
// has it is the first argument, cases come in as JSON, and their results go out as JSON, in the same order.
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
