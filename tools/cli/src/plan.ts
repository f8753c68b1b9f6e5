// Asks one handler what the escalate of a payload would do. invoke/usage.ts lists the options.
import { runCommand } from "@sym/command-line/usage-error";
import { sendPayload } from "./invoke/send-payload.ts";

await runCommand(() => sendPayload("plan"));
