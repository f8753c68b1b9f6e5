import type { PolicyDocument } from "@sym/stand-ins/enforcement/policy";
import type { Call } from "@sym/stand-ins/kernel/call";
import { play } from "./stage.ts";
import type { PermissionRow, Story } from "./story.ts";

const everything: PolicyDocument = {
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Action: "*", Resource: "*" },
};

/** The usual names of AWS services, by their names in a policy. */
const titles: Record<string, string> = {
  appconfig: "AppConfig",
  dynamodb: "DynamoDB",
  iam: "IAM",
  identitystore: "Identity Store",
  secretsmanager: "Secrets Manager",
  sts: "STS",
};

/** Plays a handler's whole story. Returns a Markdown list of its calls, with the permissions of each. */
export async function manifestOf(story: Story): Promise<string> {
  const { outsideAws } = story;
  const sections = new Map<string, PermissionRow[]>();
  for (const scene of story.scenes) {
    const { calls, failure } = await play(story, scene, [everything]);
    if (failure !== undefined) throw new Error(`${scene.name}: ${failure}`);
    for (const call of calls) add(sections, titles[call.service] ?? call.service, rowsOf(call));
    if (outsideAws) add(sections, outsideAws.title, outsideAws.rowsOf(calls));
  }
  const sorted = [...sections].sort(([one], [other]) => (one.toLowerCase() < other.toLowerCase() ? -1 : 1));
  return `${[
    `# What ${story.handler} calls`,
    "",
    "Made by playing every scene of the handler in the sandbox: all calls that it made, and what each needs to be allowed. Of AWS, these are the resource types in the service authorization reference; a call needs its action on each of them. Do not edit: `npm run test:infra -- -u` writes it anew.",
    ...sorted.flatMap(([title, rows]) => ["", `## ${title}`, "", ...tableOf(rows)]),
  ].join("\n")}\n`;
}

function rowsOf({ action, needs = [] }: Call): PermissionRow[] {
  return needs.map((need) => ({
    call: action,
    permission: `\`${need.action}\` on ${[...new Set(need.resources.map(({ type }) => type))].join(", ")}`,
  }));
}

function add(sections: Map<string, PermissionRow[]>, title: string, more: PermissionRow[]): void {
  const found = sections.get(title) ?? [];
  const isNew = (row: PermissionRow) =>
    !found.some((one) => one.call === row.call && one.permission === row.permission);
  for (const row of more) if (isNew(row)) found.push(row);
  if (found.length > 0) sections.set(title, found);
}

function tableOf(rows: PermissionRow[]): string[] {
  const lines = rows.map(({ call, permission }) => `| ${call} | ${permission} |`).sort();
  return ["| Call | Needs |", "|---|---|", ...lines];
}
