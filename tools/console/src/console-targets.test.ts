// Each handler's console.ts, with the built bundle in a local Lambda, its table of leases, and the sandbox.
import { findBundle } from "@sym/local-lambda/handler-bundles";
import { handlersWith, loadPart } from "@sym/local-lambda/handler-parts";
import { startLeasesTable } from "@sym/local-lambda/leases-table";
import { startLocalLambda } from "@sym/local-lambda/local-lambda";
import { readAnswer } from "@sym/local-lambda/sym-answer";
import { type Sandbox, startSandbox } from "@sym/stand-ins/sandbox";
import { planOf, testPayload } from "@sym/test-payloads/payloads";
import { expect, onTestFinished, test } from "vitest";
import type { ConsoleTarget, Thing } from "./target.ts";

const people = ["robin@example.com", "sam@example.com", "alex@example.com", "kim@example.com"];
const [robin = ""] = people;
const functionArn = testPayload("escalate.json").fields.target.settings.arn;

type EventType = "plan" | "escalate" | "deescalate";
/** `send` returns the outcome, and the errors if there are any. */
type World = {
  sandbox: Sandbox;
  send(type: EventType, thing: Thing, person?: string): Promise<string>;
};

for (const handler of handlersWith("console")) {
  const target = (await loadPart(handler, "console"))?.["consoleTarget"] as ConsoleTarget;

  test(`${handler}: nobody has access at first, and an administrator gives and takes access`, async ({
    skip,
  }) => {
    const { sandbox } = await start(target, skip);
    expect(target.handler).toBe(handler);
    for (const thing of target.things) {
      expect(await holders(target, sandbox, thing)).toEqual([]);
      const before = await target.stateOf(sandbox, robin, thing);
      await target.set(sandbox, robin, thing, true);
      await target.set(sandbox, robin, thing, true); // A second click.
      expect(await holders(target, sandbox, thing)).toEqual(thing.isForAll ? people : [robin]);
      expect(await target.stateOf(sandbox, robin, thing)).not.toBe(before);
      await target.set(sandbox, robin, thing, false);
      await target.set(sandbox, robin, thing, false); // A second click.
      expect(await holders(target, sandbox, thing)).toEqual([]);
      expect(await target.stateOf(sandbox, robin, thing)).toBe(before);
    }
  });

  test(`${handler}: each person's request gives the access that the console shows, and its end takes the access`, async ({
    skip,
  }) => {
    const { sandbox, send } = await start(target, skip);
    for (const thing of target.things)
      for (const person of people) {
        const before = await target.stateOf(sandbox, person, thing);
        expect(await send("plan", thing, person)).toBe("would-grant");
        expect(await send("escalate", thing, person)).toBe("granted");
        expect(await holders(target, sandbox, thing)).toEqual(thing.isForAll ? people : [person]);
        expect(await target.stateOf(sandbox, person, thing)).not.toBe(before);
        expect(await send("deescalate", thing, person)).toBe("revoked");
        expect(await holders(target, sandbox, thing)).toEqual([]);
        expect(await target.stateOf(sandbox, person, thing)).toBe(before);
      }
    const made = sandbox.calls.filter(({ status }) => status < 300).map(({ action }) => action);
    expect(target.changes.filter((action) => !made.includes(action))).toEqual([]);
  });

  test(`${handler}: access that an administrator gave stays after a request`, async ({ skip }) => {
    const { sandbox, send } = await start(target, skip);
    for (const thing of target.things) {
      await target.set(sandbox, robin, thing, true);
      expect(await send("escalate", thing)).toBe("already-had-access");
      expect(await send("deescalate", thing)).toBe("kept-standing");
      expect(await target.holds(sandbox, robin, thing)).toBe(true);
    }
  });

  test(`${handler}: a grant fails without an effect if the changes fail`, async ({ skip }) => {
    const { sandbox, send } = await start(target, skip);
    failChanges(target, sandbox);
    for (const thing of target.things) {
      expect(await send("escalate", thing)).toMatch(/^(failed|refused): /);
      expect(await holders(target, sandbox, thing)).toEqual([]);
    }
  });

  test(`${handler}: a revoke fails without an effect if the changes fail`, async ({ skip }) => {
    const { sandbox, send } = await start(target, skip);
    for (const thing of target.things) expect(await send("escalate", thing)).toBe("granted");
    failChanges(target, sandbox);
    for (const thing of target.things) {
      expect(await send("deescalate", thing)).toMatch(/^failed: /);
      expect(await target.holds(sandbox, robin, thing)).toBe(true);
    }
  });
}

async function start(
  target: ConsoleTarget,
  skip: (condition: boolean, reason?: string) => void,
): Promise<World> {
  const sandbox = await startSandbox(target.sandbox).catch((error: Error) => {
    skip(/^Unleash cannot run here/.test(error.message) && !process.env["CI"], error.message);
    throw error;
  });
  onTestFinished(() => sandbox.close());
  const dynamoDb = await startLeasesTable();
  onTestFinished(() => dynamoDb.close());
  await target.begin(sandbox, people);
  const lambda = startLocalLambda({
    bundle: findBundle(target.handler),
    functionArn,
    environment: {
      ...sandbox.env,
      ...dynamoDb.env,
      LEASES_TABLE: dynamoDb.table,
      ...target.environment,
    },
  });
  onTestFinished(() => lambda.close());
  const send: World["send"] = async (type, thing, person = robin) => {
    const { payload } = await lambda.invoke(payloadOf(type, thing, person));
    const answer = readAnswer(payload);
    return [answer?.body.outcome ?? JSON.stringify(payload), ...(answer?.errors ?? [])].join(": ");
  };
  return { sandbox, send };
}

/** The event that the flow sends for a person's request. */
function payloadOf(type: EventType, { target: name, label, settings }: Thing, person: string) {
  const isEnd = type === "deescalate";
  const payload = testPayload(isEnd ? "deescalate.json" : "escalate.json");
  payload.run.srn = payload.run.srn.replace(/[^:]*$/, `${name}-${person.replace(/@.*/, "")}`);
  payload.run.actors.request.username = person;
  Object.assign(payload.fields.target, { name, label, settings: { arn: functionArn, ...settings } });
  if (!isEnd) payload.fields.duration = 1_800;
  return type === "plan" ? planOf(payload) : payload;
}

async function holders({ holds }: ConsoleTarget, sandbox: Sandbox, thing: Thing): Promise<string[]> {
  const found: string[] = [];
  for (const person of people) if (await holds(sandbox, person, thing)) found.push(person);
  return found;
}

function failChanges({ changes }: ConsoleTarget, { faults }: Sandbox): void {
  for (const action of changes) faults.inject({ action, kind: "access-denied", times: Infinity });
}
