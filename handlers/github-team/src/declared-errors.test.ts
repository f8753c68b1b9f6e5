import { answersToDeclaredErrors, withoutReason } from "@sym/api-descriptions/declared-errors.test-support";
import { expect, test } from "vitest";
import { deescalate, escalate, inOrganization } from "./world.test-support.ts";

test("every error that AWS declares for reading the App's secret has its own error sentence", () =>
  inOrganization(async ({ sandbox, beside }) => {
    const run = () => ({ escalate, deescalate });
    // Each event gets a new function, since a warm function has the secret.
    const send = (payload: unknown) => beside({})(payload);
    const answers = await answersToDeclaredErrors("escalate", { sandbox, run, send });
    expect(new Set(answers.map(({ call }) => call))).toEqual(new Set(["secretsmanager GetSecretValue"]));
    expect(withoutReason(answers)).toEqual([]);
  }));
