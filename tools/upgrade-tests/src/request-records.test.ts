// The records of requests, as files for each version: those of the present sources are compared, and those of every released
// version are brought to their end by the present sources.
import type { Item } from "@sym/stand-ins/dynamodb";
import { afterEach, expect, test, vi } from "vitest";
import { setClock } from "./clock.test-support.ts";
import { type FlowAccount, openFlowAccount } from "./flow-account.test-support.ts";
import { flowScenes } from "./flow-scenes.test-support.ts";
import { presentFlow } from "./flow-version.ts";
import { playFlowScene } from "./play-flow-scene.test-support.ts";
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

const file = "requests";

afterEach(() => {
  vi.useRealTimers();
});

test("requests are written as before, and read again", () =>
  inAccount(async (account) => {
    const written: RecordFile = {};
    await playAll(account, (name, items) => {
      written[name] = items;
      return items;
    });
    await expect(textOf(written)).toMatchFileSnapshot(recordFileOf(next, file));
  }));

test.for(releasedVersions())("the requests of version %s are brought to their end", (version) =>
  inAccount(async (account) => {
    const records = readRecords(version, file) ?? {};
    const played: string[] = [];
    await playAll(account, (name) => {
      if (records[name] !== undefined) played.push(name);
      return records[name];
    });
    expect(played.sort()).toEqual(Object.keys(records).sort());
  }),
);

/**
 * Plays the scenes. `recordsOf`: gets the records after the first part of a scene as in a file, and returns those that the second
 * part reads; undefined leaves the scene's own records.
 */
async function playAll(
  account: FlowAccount,
  recordsOf: (name: string, items: Item[]) => Item[] | undefined,
): Promise<void> {
  for (const scene of flowScenes)
    await playFlowScene(account, scene, async (ids) => {
      const items = await account.items();
      const changing = changingIn(items, ids);
      const records = recordsOf(scene.name, inFile(items, changing));
      if (records !== undefined) await account.replace(inTable(records, changing));
    });
}

async function inAccount(play: (account: FlowAccount) => Promise<void>): Promise<void> {
  setClock();
  const account = await openFlowAccount({ head: presentFlow() });
  try {
    await play(account);
  } finally {
    await account.close();
  }
}
