// Records in the format of a newer version, after a step back: nothing is changed, and the newer version then goes on.
import { findBundle } from "@sym/local-lambda/handler-bundles";
import type { Item } from "@sym/stand-ins/dynamodb";
import { afterEach, expect, test, vi } from "vitest";
import { castOf } from "./cast.test-support.ts";
import { pass, setClock } from "./clock.test-support.ts";
import { openFlowAccount } from "./flow-account.test-support.ts";
import { flowCastOf } from "./flow-cast.test-support.ts";
import { presentFlow } from "./flow-version.ts";
import { inAccount } from "./handler-account.test-support.ts";

const newer = (items: Item[]): Item[] => items.map((item) => ({ ...item, record_format: { N: "2" } }));
const present = (items: Item[]): Item[] => items.map(({ record_format: _, ...item }) => item);

afterEach(() => {
  vi.useRealTimers();
});

test("a handler leaves the access of a newer record, says so, and the newer version ends the access", () =>
  inAccount("iam-group", { head: findBundle("iam-group") }, async (account) => {
    const [thing = expect.fail()] = account.target.things;
    const { send, mustHold, sweep } = castOf(account, thing);
    const said =
      /The record (lease|run)#\S+ in the table of leases has the format 2 of a newer version, so this function changes nothing; deploy the newer version again, or end the access with the newer version before you go back/;
    await send("escalate", "run-1", "granted", 30);
    await account.replace(newer(await account.items()));
    account.sandbox.calls.length = 0;

    pass(1);
    for (const [type, run] of [
      ["escalate", "run-1"],
      ["escalate", "run-2"],
      ["deescalate", "run-1"],
    ] as const)
      expect(await answerTo(type, run)).toMatchObject({
        ...{ body: { outcome: "failed" }, errors: [expect.stringMatching(said)] },
      });
    // The lease, the closed run, and the run that the refused escalate opened.
    pass(60);
    expect(await answerTo("sweep")).toMatchObject({ body: { outcome: "swept", finished: 0, failed: 3 } });
    await mustHold(true, "in the older version");
    expect(account.sandbox.calls.filter(({ action }) => account.target.changes.includes(action))).toEqual([]);

    await account.replace(present(await account.items()));
    pass(60);
    await sweep(2);
    await mustHold(false, "in the newer version");

    async function answerTo(type: string, run = ""): Promise<unknown> {
      const payload = run === "" ? { event: { type } } : castOf(account, thing).eventOf(type, run, 30);
      return (await account.lambda().invoke(payload)).payload;
    }
  }));

test("the flow leaves a newer request, says so, and the newer version ends the access", async () => {
  setClock();
  const account = await openFlowAccount({ head: presentFlow() });
  try {
    await account.begin();
    const { ask, decide, ids, mustBe, mustHold, watch } = flowCastOf(account);
    await ask();
    await decide("alex", "approve");
    await account.pass(1);
    await mustBe("held");
    await account.replace(newer(await account.items()));

    const shown = await account.call("robin", "GET", `/requests/${ids[0]}`);
    expect(shown).toMatchObject({ status: 500 });
    expect(shown.body.error).toBe(
      `The record ${ids[0]} in the table of requests has the format 2 of a newer version, so the flow changes nothing; deploy the newer version again, or end the request with the newer version before you go back`,
    );
    await account.pass(60);
    await watch();
    mustHold(true);

    await account.replace(present(await account.items()));
    await account.pass(5);
    await watch();
    await mustBe("ended");
    mustHold(false);
  } finally {
    await account.close();
  }
});
