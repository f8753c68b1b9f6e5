// The records of leases, as files for each version: those of the present sources are compared, and those of every released
// version are brought to their end by the present sources.
import { findBundle } from "@sym/local-lambda/handler-bundles";
import { handlersWith } from "@sym/local-lambda/handler-parts";
import type { Item } from "@sym/stand-ins/dynamodb";
import { afterEach, expect, test, vi } from "vitest";
import { type HandlerAccount, inAccount } from "./handler-account.test-support.ts";
import { type LeaseScene, leaseScenes } from "./lease-scenes.test-support.ts";
import { kindsOf, type PlayedThing, playLeaseScene } from "./play-lease-scene.test-support.ts";
import {
  changingIn,
  inFile,
  inTable,
  next,
  type RecordFile,
  readRecords,
  recordFileOf,
  releasedVersions,
  textOf,
} from "./record-files.ts";

const handlers = handlersWith("console");

afterEach(() => {
  vi.useRealTimers();
});

test.for(handlers)("the leases of %s are written as before, and read again", (handler) =>
  inAccount(handler, { head: findBundle(handler) }, async (account) => {
    const written: RecordFile = {};
    await playAll(account, (name, items) => {
      written[name] = items;
      return items;
    });
    await expect(textOf(written)).toMatchFileSnapshot(recordFileOf(next, handler));
  }),
);

const released = releasedVersions().flatMap((version) =>
  handlers.flatMap((handler) => (readRecords(version, handler) ? [[version, handler] as const] : [])),
);
test.for(released)("the leases of version %s of %s are brought to their end", ([version, handler]) =>
  inAccount(handler, { head: findBundle(handler) }, async (account) => {
    const records = readRecords(version, handler) ?? {};
    const played: string[] = [];
    await playAll(account, (name) => {
      if (records[name] !== undefined) played.push(name);
      return records[name];
    });
    // A scene that is renamed or deleted would leave records of this version without a proof.
    expect(played.sort()).toEqual(Object.keys(records).sort());
  }),
);

/**
 * Plays the scenes of each kind of thing. `recordsOf`: gets the records after the first part of a scene as in a file, and
 * returns those that the second part reads; undefined leaves the scene out.
 */
async function playAll(
  account: HandlerAccount,
  recordsOf: (name: string, items: Item[]) => Item[] | undefined,
): Promise<void> {
  for (const thing of kindsOf(account))
    for (const scene of leaseScenes)
      await playLeaseScene(account, { scene, thing }, () => swap(scene, thing));

  async function swap(scene: LeaseScene, thing: PlayedThing): Promise<void> {
    const items = await account.items();
    const changing = changingIn(items);
    const records = recordsOf(`${thing.target}: ${scene.name}`, inFile(items, changing));
    if (records !== undefined) await account.replace(inTable(records, changing));
  }
}
