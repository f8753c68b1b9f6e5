import type { Account } from "./account.ts";
import { rowsOr } from "./ask.ts";
import type { Subject } from "./functions.ts";
import type { Target } from "./options.ts";
import { mayDo } from "./policies.ts";
import { failed, notChecked, ok, type Row } from "./row.ts";

/** Compares the settings `arn` and `role_arn` of the targets with the function and its role. */
export async function checkTargetArns(targets: Target[], subject: Subject, account: Account): Promise<Row[]> {
  const rows = targets.map(async (target) => [
    ...checkArn(target, subject),
    ...(await checkRole(target, subject, account)),
  ]);
  return (await Promise.all(rows)).flat();
}

function checkArn({ name, settings }: Target, subject: Subject): Row[] {
  const { arn } = settings;
  const check = `arn of ${name}`;
  if (arn === undefined) return [];
  // An alias or a version may follow the name.
  if (arn.split(":").slice(0, 7).join(":") === subject.arn) return [ok(check, "This function's")];
  return [
    failed(
      check,
      `The setting arn of target ${name} is ${arn}, but this function is ${subject.arn}. The function refuses the target's events. Set arn in infra/sym to the output function_arns of infra/aws.`,
    ),
  ];
}

async function checkRole({ name, settings }: Target, subject: Subject, account: Account): Promise<Row[]> {
  const { role_arn: roleArn } = settings;
  const own = subject.configuration?.Role?.split("/").at(-1);
  const check = `role_arn of ${name}`;
  if (roleArn === undefined) return [];
  if (!/^arn:[\w-]+:iam::\d{12}:role\/./.test(roleArn))
    return [
      failed(
        check,
        `The setting role_arn of target ${name} is ${roleArn}, but must be the ARN of an IAM role.`,
      ),
    ];
  if (own === undefined)
    return [notChecked(check, "The function's configuration was not seen, so its role is unknown.")];
  return await rowsOr(check, async () => {
    const may = await mayDo(own, { action: "sts:AssumeRole", resource: roleArn }, account.clients);
    if (may === "allowed") return [ok(check, "The function's role may assume it")];
    if (may === "unknown")
      return [notChecked(check, `The policies of ${own} have conditions that only AWS evaluates.`)];
    return [
      failed(
        check,
        `The function's role ${own} may not assume ${roleArn}, the role_arn of target ${name}. Add it to role_arns in infra/aws, and apply, or correct the target in infra/sym.`,
      ),
    ];
  });
}
