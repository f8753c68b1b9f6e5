// Shows the requests of the flow, and decides about them. requests/usage.ts lists the options.
import { runCommand } from "@sym/command-line/usage-error";
import { apiAt } from "./requests/api.ts";
import { readRequestsOptions } from "./requests/options.ts";
import { printAnswer } from "./requests/print.ts";
import { reportAsList, reportInFull, reportOutcome, reportTargets } from "./requests/report.ts";
import type { Shown } from "./requests/shapes.ts";
import { requestsUsage } from "./requests/usage.ts";

await runCommand(async () => {
  const options = readRequestsOptions(process.argv.slice(2), process.env);
  if (!options) {
    process.stdout.write(requestsUsage);
    return 0;
  }
  const { command, id, query, place, json } = options;
  const api = apiAt(place);
  const path = `/requests/${id}`;
  if (command === "list") {
    // In a signature, a space is %20.
    const parameters = new URLSearchParams(query).toString().replaceAll("+", "%20");
    return printAnswer(await api("GET", `/requests${parameters && `?${parameters}`}`), json, reportAsList);
  }
  if (command === "targets") return printAnswer(await api("GET", "/targets"), json, reportTargets);
  if (command === "show")
    return printAnswer(await api("GET", path), json, ({ request }: { request: Shown }) =>
      reportInFull(request),
    );
  const answer = await api("POST", `${path}/${command}`);
  return printAnswer(answer, json, ({ request }: { request: Shown }) => reportOutcome(request));
});
