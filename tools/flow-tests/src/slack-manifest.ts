import { readFileSync } from "node:fs";
import path from "node:path";
import { infraFolder } from "@sym/infra-tests/terraform";

/** The address that stands in the manifest until the flow is deployed. */
const placeholder = "https://flow.invalid/slack/events";

/** The bot scopes of the Slack app, and the addresses that Slack calls, after their replacement by `requestUrl`. */
export function readManifest(requestUrl = placeholder): { scopes: string[]; addresses: string[] } {
  const text = readFileSync(path.join(infraFolder, "flow", "slack-app-manifest.yaml"), "utf8");
  const [, list = ""] = /^ {4}bot:\n((?: {6}- .+\n)+)/m.exec(text) ?? [];
  return {
    scopes: [...list.matchAll(/- (\S+)/g)].map(([, scope = ""]) => scope),
    addresses: [...text.replaceAll(placeholder, requestUrl).matchAll(/\w*url: (\S+)/g)].map(([line]) => line),
  };
}
