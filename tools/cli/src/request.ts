// Asks for access through the flow's API. requests/usage.ts lists the options.
import { runCommand } from "@sym/command-line/usage-error";
import { apiAt } from "./requests/api.ts";
import { readRequestOptions } from "./requests/options.ts";
import { printAnswer } from "./requests/print.ts";
import { reportOutcome, wrapped } from "./requests/report.ts";
import type { Shown } from "./requests/shapes.ts";
import { requestUsage } from "./requests/usage.ts";
import { waitForGrant } from "./requests/wait.ts";

await runCommand(async () => {
  const options = readRequestOptions(process.argv.slice(2), process.env);
  if (!options) {
    process.stdout.write(requestUsage);
    return 0;
  }
  const { place, asked, wait, json } = options;
  const api = apiAt(place);
  const answer = await api("POST", "/requests", asked);
  const inWords = ({ request }: { request: Shown }) => reportOutcome(request);
  if (answer.error !== undefined || !wait) return printAnswer(answer, json, inWords);
  const note = ({ id, status, meaning }: Shown) =>
    process.stderr.write(`${wrapped(`Request ${id}: ${status}. ${meaning}`)}\n`);
  const request = answer.body["request"] as Shown;
  note(request);
  const waited = await waitForGrant(api, request, note);
  printAnswer({ ...answer, body: { request: waited } }, json, inWords);
  return waited.status === "held" ? 0 : 1;
});
