import { answersToDeclaredErrors, withoutReason } from "@sym/api-descriptions/declared-errors.test-support";
import { expect, test } from "vitest";
import { person, where, withFlags } from "./appconfig-fixture.test-support.ts";

const flags = Array.from({ length: 40 }, (_, number) => `flag-${number}`);

const calls = { escalate: "appconfig StartDeployment", deescalate: "appconfig StartDeployment" } as const;

for (const event of ["escalate", "deescalate"] as const)
  test(`every error that AWS declares for a call of ${event} has its own error sentence`, () =>
    withFlags(
      async ({ sandbox, send }) => {
        sandbox.appConfig.deploy(where, (document) => {
          for (const flag of flags) {
            document.flags[flag] = { name: flag };
            document.values[flag] = { enabled: false };
          }
        });
        sandbox.appConfig.finish(where);
        const run = (number: number) => {
          const settings = { flag: `flag-${number}` };
          return {
            escalate: person.robin("escalate", settings),
            deescalate: person.robin("deescalate", settings),
          };
        };
        const answers = await answersToDeclaredErrors(event, { sandbox, run, send });
        expect(answers.map(({ call }) => call)).toContain(calls[event]);
        expect(withoutReason(answers)).toEqual([]);
      },
      8_000,
      { TOGGLE_ALLOWED: JSON.stringify(flags.map((flag) => `shop123/prod123/${flag}`)) },
    ));
