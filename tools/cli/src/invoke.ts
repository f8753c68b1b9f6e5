// Runs one handler on one payload. invoke/usage.ts lists the options.
import { runCommand } from "@sym/command-line/usage-error";
import { sendPayload } from "./invoke/send-payload.ts";

await runCommand(() => sendPayload("invoke"));
