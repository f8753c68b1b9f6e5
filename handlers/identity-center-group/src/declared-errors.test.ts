import { answersToDeclaredErrors, withoutReason } from "@sym/api-descriptions/declared-errors.test-support";
import { expect, test } from "vitest";
import { deescalate, escalate, inStore, withSettings } from "./world.test-support.ts";

const calls = {
  escalate: "identitystore CreateGroupMembership",
  deescalate: "identitystore DeleteGroupMembership",
} as const;

for (const event of ["escalate", "deescalate"] as const)
  test(`every error that AWS declares for a call of ${event} has its own error sentence`, () =>
    inStore(async ({ sandbox, store, send }) => {
      const run = (number: number) => {
        const group_name = `group-${number}`;
        store.createGroup(group_name);
        return {
          escalate: withSettings(escalate, { group_name }),
          deescalate: withSettings(deescalate, { group_name }),
        };
      };
      const answers = await answersToDeclaredErrors(event, { sandbox, run, send });
      expect(answers.map(({ call }) => call)).toContain(calls[event]);
      expect(withoutReason(answers)).toEqual([]);
    }));
