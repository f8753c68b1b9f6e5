import type { Violation } from "./violation.ts";

/**
 * A violation on purpose, and its reason. Each given property must equal the violation's; `at` may hold `*` for one
 * name, and `says` is a part of the sentence.
 */
export type Difference = Pick<Violation, "system" | "part"> & {
  operation?: string;
  status?: number;
  at?: string;
  says: string;
  why: string;
};

/** An entry that no exchange of a full test run needs fails the run. */
export const differences: Difference[] = [
  {
    system: "launchdarkly",
    operation: "patchFeatureFlag",
    part: "request",
    at: "",
    says: "must have the required patch",
    why: "The schema describes a JSON patch. The prose describes the semantic patch: https://launchdarkly.com/docs/api#updates-using-semantic-patch",
  },
  {
    system: "identitystore",
    part: "answer",
    status: 400,
    at: "/ResourceId",
    says: "must match pattern",
    why: "AWS answers with the id of the missing store, as seen in https://github.com/awslabs/ssosync/issues/221; the pattern is for the ids of users and groups.",
  },
  ...["additional properties: suspended_at", "required collaborators, disk_usage"].map((says) => ({
    system: "github",
    operation: "users/get-by-username",
    part: "answer" as const,
    status: 200,
    at: "",
    says,
    why: "Only a GitHub Enterprise Server shows `suspended_at`, as in octokit.net's User; the description is github.com's. A user with `suspended_at` matches neither of its two forms of a user.",
  })),
  {
    system: "dynamodb",
    operation: "DescribeTable",
    part: "answer",
    says: "",
    why: "The answer comes from dynalite, which others maintain: its id and counts have another form. No handler calls DescribeTable.",
  },
];

export function isDifference(difference: Difference, violation: Violation): boolean {
  const { system, part, operation, status, at, says } = difference;
  return (
    system === violation.system &&
    part === violation.part &&
    (operation ?? violation.operation) === violation.operation &&
    (status ?? violation.status) === violation.status &&
    (at === undefined || isAt(at, violation.at)) &&
    violation.says.includes(says)
  );
}

function isAt(template: string, place: string): boolean {
  const names = template.split("/");
  const steps = place.split("/");
  return names.length === steps.length && names.every((name, index) => name === "*" || name === steps[index]);
}
