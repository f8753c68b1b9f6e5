import { type TestPayload, testPayloads } from "@sym/test-payloads/payloads";
import { describe, readAnswer } from "../answer.ts";
import { Broken, expectThat } from "../broken.ts";
import type { OpenDoor } from "../door.ts";
import { defaultFunctionArn, robin, sam } from "../events.ts";
import type { Scene } from "../scene.ts";
import { expectAccess, expectOther, type Stage } from "../stage.ts";
import { people } from "./requests.ts";

/** Scenes with all payloads of `test-payloads/`. */
export const payloadScenes: Scene[] = [
  {
    name: "known payloads",
    promise: "Every known form of Sym's payload is carried out, or refused with an error",
    needs: ["seed", "read"],
    async play(stage) {
      for (const one of testPayloads().filter(({ expect }) => expect === "accepted"))
        await about(one.name, () => playAccepted(stage, one));
    },
  },
  {
    name: "hostile payloads",
    promise: "A malformed event is answered with an error, and never with silence",
    needs: [],
    play: (stage) => sendRefused(stage),
  },
  {
    name: "hostile payloads change nothing",
    promise: "No person's access changes because of malformed events",
    needs: ["seed", "standing", "read", "calls"],
    async play(stage) {
      await people(stage);
      await stage.giveOther(sam);
      await sendRefused(stage);
      await expectAccess(stage, robin, false, "After all hostile payloads");
      await expectOther(stage, sam, true, "After all hostile payloads");
      const calls = (await stage.target.calls?.()) ?? [];
      const changes = calls.filter(({ step }) => step !== "look").length;
      expectThat(changes === 0, `the system was changed ${changes} times`);
    },
  },
];

async function playAccepted(stage: Stage, one: TestPayload): Promise<void> {
  if (one.expect !== "accepted") return;
  const { type, requester } = one.request;
  await stage.target.begin?.();
  for (const email of new Set([requester, "alex.approver@example.com"]))
    await stage.addPerson(email).catch(() => undefined); // If the system accepts no such name, the event is refused.
  const answer = readAnswer(await stage.send(payloadFor(stage, one), await doorFor(stage, one)));
  if (type === "deescalate" || answer.errors.length > 0) return;
  await expectAccess(stage, requester, true, `Answered "${describe(answer)}"`);
}

async function sendRefused(stage: Stage): Promise<void> {
  // Some payloads must be refused only with their environment.
  const canSend = (one: TestPayload) => stage.door.obeysOpening || Object.keys(one.environment).length === 0;
  for (const one of testPayloads().filter((payload) => payload.expect === "refused" && canSend(payload)))
    await about(one.name, async () => {
      const answer = readAnswer(await stage.send(payloadFor(stage, one), await doorFor(stage, one)));
      expectThat(answer.errors.length > 0, `the event was answered "${describe(answer)}", without an error`);
    });
}

/** The payload with this handler's settings. In a payload to be refused, the payload's own settings take precedence. */
function payloadFor(stage: Stage, { payload, expect }: TestPayload): unknown {
  const text = JSON.stringify(payload) ?? "null";
  const copy = JSON.parse(text.replaceAll(defaultFunctionArn, stage.functionArn));
  const target = copy?.fields?.target;
  const settings: unknown = target?.settings;
  if (typeof settings !== "object" || settings === null || Array.isArray(settings)) return copy;
  target.settings =
    expect === "refused"
      ? { ...stage.target.settings, ...settings }
      : { ...settings, ...stage.target.settings };
  return copy;
}

const doors = new WeakMap<Stage, Map<string, OpenDoor>>();

/** A handler under the payload's function ARN and environment. */
async function doorFor(stage: Stage, { functionArn, environment }: TestPayload) {
  if (!stage.door.obeysOpening) return undefined;
  const opened = doors.get(stage) ?? new Map<string, OpenDoor>();
  doors.set(stage, opened);
  const key = JSON.stringify([functionArn, environment]);
  const door = opened.get(key) ?? stage.open({ arn: functionArn, environment });
  opened.set(key, door);
  return door;
}

/** Adds the payload's name to the message of a broken promise. */
async function about(name: string, play: () => Promise<void>): Promise<void> {
  await play().catch((error: unknown) => {
    if (error instanceof Broken) throw new Broken(`${name}: ${error.message}`);
    throw error;
  });
}
