import { type Invocation, parseEvent } from "@sym/lambda-core";
import { startSandbox } from "@sym/stand-ins/sandbox";
import { expect, onTestFinished, test, vi } from "vitest";
import { resolve } from "./resolve.ts";
import { escalate, robin, storeId, withRequester } from "./world.test-support.ts";

const invocation = {
  budget: { deadline: Number.POSITIVE_INFINITY, signal: new AbortController().signal },
  log: () => undefined,
} as unknown as Invocation;

// Not through the front door: nothing there makes a minute pass.
test("an id that was found is remembered for a minute, and so are the last 500 at most", async () => {
  const sandbox = await startSandbox();
  for (const [name, value] of Object.entries(sandbox.env)) vi.stubEnv(name, value);
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
  onTestFinished(async () => {
    vi.useRealTimers();
    vi.unstubAllEnvs();
    await sandbox.close();
  });
  const store = sandbox.identityStore.store(storeId);
  store.createGroup("prod-admins");
  const people = [robin, ...Array.from(Array(500), (_, number) => `person-${number}@example.com`)];
  for (const person of people) store.createUser(person);
  const lookUps = async (requester: string) => {
    sandbox.calls.length = 0;
    await resolve(parseEvent(withRequester(escalate, requester)), { region: "us-east-1" }, invocation);
    return sandbox.calls.map(({ action }) => action).sort();
  };

  const all = ["GetGroupId", "GetUserId", "GetUserId"];
  expect(await lookUps(robin)).toEqual(all);
  vi.setSystemTime(Date.now() + 59_000);
  expect(await lookUps(robin)).toEqual([]);
  vi.setSystemTime(Date.now() + 2_000);
  expect(await lookUps(robin)).toEqual(all);
  for (const person of people) await lookUps(person);
  expect(await lookUps(robin)).not.toEqual([]);
});
