import { answersToDeclaredErrors, withoutReason } from "@sym/api-descriptions/declared-errors.test-support";
import { expect, test } from "vitest";
import { deescalate, escalate, inAccount, robin, withSettings } from "./world.test-support.ts";

const calls = { escalate: "iam AddUserToGroup", deescalate: "iam RemoveUserFromGroup" } as const;

for (const event of ["escalate", "deescalate"] as const)
  test(`every error that AWS declares for a call of ${event} has its own error sentence`, () =>
    inAccount(async ({ sandbox, send }) => {
      const run = (number: number) => {
        const group_name = `group-${number}`;
        sandbox.iam.createGroup(group_name);
        // A user may be in ten groups.
        if (number > 0) sandbox.iam.removeMember(robin, `group-${number - 1}`);
        // A warm function has the credentials for each assumed role.
        const role_arn = `arn:aws:iam::123456789012:role/${number}`;
        sandbox.sts.createRole(role_arn);
        const settings = { group_name, role_arn };
        return {
          escalate: withSettings(escalate, settings),
          deescalate: withSettings(deescalate, settings),
        };
      };
      const answers = await answersToDeclaredErrors(event, { sandbox, run, send });
      expect(answers.map(({ call }) => call)).toContain(calls[event]);
      expect(withoutReason(answers)).toEqual([]);
    }));
