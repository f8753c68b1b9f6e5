// Checks deployed functions, or a local bundle. doctor/usage.ts lists the options.

import { runCommand } from "@sym/command-line/usage-error";
import { checkDeployed } from "./doctor/deployed.ts";
import { readDoctorOptions } from "./doctor/options.ts";
import { hasError, reportAsJson, reportAsText } from "./doctor/report.ts";
import { checkInSandbox } from "./doctor/sandboxed.ts";
import { usage } from "./doctor/usage.ts";

await runCommand(async () => {
  const options = readDoctorOptions(process.argv.slice(2));
  if (!options) {
    process.stdout.write(usage);
    return 0;
  }
  const { sandbox, json } = options;
  const report =
    sandbox === undefined ? await checkDeployed(options) : await checkInSandbox(sandbox, options);
  process.stdout.write(`${json ? reportAsJson(report) : reportAsText(report)}\n`);
  return hasError(report) ? 1 : 0;
});
