import { testForeignAnswers } from "@sym/local-lambda/foreign-answers.test-support";
import { isOn, unleash, useUnleash } from "./unleash-fixture.test-support.ts";
import { inSandbox, requests, robin, withRun } from "./world.test-support.ts";

useUnleash();
let flags = 0;

testForeignAnswers({
  short: "an HTML page",
  // Unleash answers these with nothing but a status.
  emptyAnswers: /\/(on|off|strategies\/\*)$/,
  play: (between, act) =>
    inSandbox(
      async ({ dynamoDb, send, beside }) => {
        flags += 1;
        const flag = `foreign-${flags}`;
        await unleash.flags.create(flag);
        between.passTo(unleash.url);
        const person = requests({ project: "default", environment: "development", flag });
        await act({
          dynamoDb,
          send,
          fresh: () => beside({}).send,
          event: (type, number) => withRun(person.robin(type), number),
          state: async () => ((await isOn(flag, robin)) ? "on" : "none"),
        });
      },
      { UNLEASH_URL: between.url, UNLEASH_TOKEN: unleash.token },
    ),
});
