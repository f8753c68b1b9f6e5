import type { Violation } from "./violation.ts";

/**
 * A violation on purpose, and why. A property that is given must be equal; `at` may hold `*` for one name, and `says` is
 * a part of the sentence.
 */
export type Difference = Pick<Violation, "system" | "part"> & {
  operation?: string;
  status?: number;
  at?: string;
  says: string;
  why: string;
};

/** An entry that no exchange of a whole test run needs fails that run. */
export const differences: Difference[] = [
  {
    system: "launchdarkly",
    operation: "patchFeatureFlag",
    part: "request",
    at: "",
    says: "must have the required patch",
    why: "The schema is of a JSON patch. The prose describes the semantic patch: https://launchdarkly.com/docs/api#updates-using-semantic-patch",
  },
  {
    system: "identitystore",
    part: "answer",
    status: 400,
    at: "/ResourceId",
    says: "must match pattern",
    why: "AWS answers the id of a store that is not there, as seen in https://github.com/awslabs/ssosync/issues/221; the pattern is that of users and groups.",
  },
  ...["additional properties: suspended_at", "required collaborators, disk_usage"].map((says) => ({
    system: "github",
    operation: "users/get-by-username",
    part: "answer" as const,
    status: 200,
    at: "",
    says,
    why: "Only a GitHub Enterprise Server shows `suspended_at`, as octokit.net has it in its User; the description is that of github.com. Of its two forms of a user, neither fits then.",
  })),
  {
    system: "dynamodb",
    operation: "DescribeTable",
    part: "answer",
    says: "",
    why: "The answer is dynalite's, which is not ours: an id and counts of another form. No handler asks for it.",
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
