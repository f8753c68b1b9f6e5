import type { PolicyDocument } from "@sym/stand-ins/enforcement/policy";
import type { Call } from "@sym/stand-ins/kernel/call";
import type { Unleash } from "@sym/stand-ins/unleash";
import { gitHubPermission, launchDarklyPermission, unleashRoute } from "./outside-aws.ts";
import { play, type Story } from "./stage.ts";

const everything: PolicyDocument = {
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Action: "*", Resource: "*" },
};

type Row = { call: string; permission: string };

const titles: Record<string, string> = {
  appconfig: "AppConfig",
  dynamodb: "DynamoDB",
  github: "GitHub",
  iam: "IAM",
  identitystore: "Identity Store",
  launchdarkly: "LaunchDarkly",
  secretsmanager: "Secrets Manager",
  sts: "STS",
  unleash: "Unleash",
};

/** Plays a handler's whole story, and writes down in Markdown each call that it made, and what the call needs. */
export async function manifestOf(story: Story, unleash?: Unleash): Promise<string> {
  const rows = new Map<string, Row[]>();
  const before = unleash?.requests.length;
  for (const scene of story.scenes) {
    const { calls, failure } = await play(story, scene, [everything]);
    if (failure !== undefined) throw new Error(`${scene.name}: ${failure}`);
    for (const call of calls) add(rows, call.service, rowOf(call));
  }
  for (const request of unleash?.requests.slice(before) ?? []) {
    const { route, permission } = unleashRoute(request);
    add(rows, "unleash", [{ call: `\`${route}\``, permission }]);
  }
  const sections = [...rows].sort(([one], [other]) => (one < other ? -1 : 1));
  return `${[
    `# What ${story.handler} calls`,
    "",
    "Made by playing every scene of the handler in the sandbox: all calls that it made, and what each needs to be allowed. Of AWS, these are the resource types in the service authorization reference; a call needs its action on each of them. Do not edit: `npm run test:infra -- -u` writes it anew.",
    ...sections.flatMap(([service, found]) => [
      "",
      `## ${titles[service] ?? service}`,
      "",
      ...tableOf(found),
    ]),
  ].join("\n")}\n`;
}

function rowOf({ service, action, route, parameters, needs }: Call): Row[] {
  if (service === "github") return [{ call: `\`${route}\``, permission: gitHubPermission(action) }];
  if (service === "launchdarkly") {
    const instructions = (parameters["instructions"] ?? []) as { kind: string }[];
    if (instructions.length === 0)
      return [{ call: `\`${route}\``, permission: launchDarklyPermission(undefined) }];
    return instructions.map(({ kind }) => ({
      call: `\`${route}\` with \`${kind}\``,
      permission: launchDarklyPermission(kind),
    }));
  }
  return (needs ?? []).map((need) => ({
    call: action,
    permission: `\`${need.action}\` on ${[...new Set(need.resources.map(({ type }) => type))].join(", ")}`,
  }));
}

function add(rows: Map<string, Row[]>, service: string, more: Row[]): void {
  const found = rows.get(service) ?? [];
  const isNew = (row: Row) =>
    !found.some((one) => one.call === row.call && one.permission === row.permission);
  found.push(...more.filter(isNew));
  if (found.length > 0) rows.set(service, found);
}

function tableOf(rows: Row[]): string[] {
  const lines = rows.map(({ call, permission }) => `| ${call} | ${permission} |`).sort();
  return ["| Call | Needs |", "|---|---|", ...lines];
}
