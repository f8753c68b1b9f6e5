import { paginateListRoles } from "@aws-sdk/client-iam";
import type { Account, Clients } from "./account.ts";
import { ask, rowsOr } from "./ask.ts";
import type { Subject } from "./functions.ts";
import { mayDo } from "./policies.ts";
import { failed, notChecked, ok, type Row } from "./row.ts";

const check = "connector";

/** Checks that a connector, a role /sym/SymLambda… of this account, may invoke the function. */
export async function checkConnector({ arn }: Subject, account: Account): Promise<Row[]> {
  return await rowsOr(check, async () => {
    const roles = await ask("iam:ListRoles", connectors(account.clients));
    if (roles.length === 0)
      return [
        notChecked(
          check,
          "This account has no role /sym/SymLambda…. If Sym sends the events, set runtime_external_id or runtime_role_arns in infra/aws, and apply; another orchestrator needs lambda:InvokeFunction on the function.",
        ),
      ];
    const asked = { action: "lambda:InvokeFunction", resource: arn };
    const answers = await Promise.all(
      roles.map(async (role) => ({ role, may: await mayDo(role, asked, account.clients) })),
    );
    const allowed = answers.filter(({ may }) => may === "allowed").map(({ role }) => role);
    if (allowed.length > 0) return [ok(check, `${allowed.join(", ")} may invoke the function`)];
    if (answers.some(({ may }) => may === "unknown"))
      return [
        notChecked(check, `The policies of ${roles.join(", ")} have conditions that only AWS evaluates.`),
      ];
    return [
      failed(
        check,
        `The connector ${roles.join(", ")} may not invoke ${arn}, so Sym's events do not arrive. Its policy must name this ARN, with this account and region: terraform -chdir=infra/aws apply.`,
      ),
    ];
  });
}

async function connectors({ iam }: Clients): Promise<string[]> {
  const names: string[] = [];
  for await (const page of paginateListRoles({ client: iam }, { PathPrefix: "/sym/" }))
    for (const { RoleName = "" } of page.Roles ?? [])
      if (RoleName.startsWith("SymLambda")) names.push(RoleName);
  return names.sort();
}
