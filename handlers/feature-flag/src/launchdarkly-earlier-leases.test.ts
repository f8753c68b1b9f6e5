// Leases in the form that the first version of this function recorded: `added` says that the person had no target before.

import { passTime } from "@sym/local-lambda/table-time";
import { scan } from "@sym/stand-ins/dynamodb";
import { expect, test } from "vitest";
import { inWorld, requests, robin, type World } from "./world.test-support.ts";

const settings = {
  provider: "launchdarkly",
  project: "shop",
  environment: "production",
  flag: "new-checkout",
  variation: "on",
};
const person = requests(settings);
const place = ["shop", "new-checkout", "production"] as const;

/** Robin has the flag by a request, and this is how the lease was recorded. `before`: Robin's own variation. */
function withEarlierLease(before: "off" | undefined, play: (world: World) => Promise<void>) {
  return inWorld(async (world) => {
    const { launchDarkly } = world.sandbox;
    launchDarkly.createFlag("shop", "new-checkout");
    launchDarkly.target(...place, robin, before);
    expect(await world.outcome(person.robin("escalate"))).toBe("granted");
    const records = (await scan(world.dynamoDb.client, world.dynamoDb.table)).map(({ record }) => record?.S);
    const [lease] = records.flatMap((record) => (record === undefined ? [] : [JSON.parse(record)]));
    expect(lease.access.added).toBe(before === undefined ? true : undefined);
    await passTime(world.dynamoDb, 60_000);
    await play(world);
  });
}

test("a target that was added ends, and so does the end that LaunchDarkly knows", () =>
  withEarlierLease(undefined, async ({ sandbox, outcome }) => {
    expect(sandbox.launchDarkly.expiring(...place)).toHaveLength(1);
    expect(await outcome(person.robin("deescalate"))).toBe("revoked");
    expect(sandbox.launchDarkly.targeted(...place, robin)).toBeUndefined();
    expect(sandbox.launchDarkly.expiring(...place)).toEqual([]);
  }));

test("an end of ours is taken back where somebody else has moved the target", () =>
  withEarlierLease(undefined, async ({ sandbox, outcome }) => {
    sandbox.launchDarkly.target(...place, robin, "off");
    expect(await outcome(person.robin("deescalate"))).toBe("kept-standing");
    expect(sandbox.launchDarkly.expiring(...place)).toEqual([]);
  }));

test("a longer request moves the end that LaunchDarkly knows", () =>
  withEarlierLease(undefined, async ({ sandbox, outcome }) => {
    const first = sandbox.launchDarkly.expiring(...place)[0]?.expirationDate ?? 0;
    expect(await outcome(person.overlap("escalate"))).toBe("granted");
    expect(sandbox.launchDarkly.expiring(...place)[0]?.expirationDate).toBeGreaterThan(first);
  }));

test("somebody who had another variation gets it back", () =>
  withEarlierLease("off", async ({ sandbox, outcome }) => {
    expect(await outcome(person.robin("deescalate"))).toBe("revoked");
    expect(sandbox.launchDarkly.targeted(...place, robin)).toBe("off");
  }));

test("an end that somebody else has scheduled for a target that was moved is left as it is", () =>
  withEarlierLease("off", async ({ sandbox, outcome }) => {
    sandbox.launchDarkly.scheduleRemoval(...place, robin);
    const before = sandbox.launchDarkly.expiring(...place);
    expect(before).toHaveLength(1);
    expect(await outcome(person.endless("escalate"))).toBe("granted");
    expect(sandbox.launchDarkly.expiring(...place)).toEqual(before);
  }));
