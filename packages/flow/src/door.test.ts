// A door that delivers the same wish twice.
import { expect, test } from "vitest";
import { askFor } from "./door.ts";
import { asked, sam, someRequest, start, uuid } from "./flow.test-support.ts";
import { minuteMs, setUp } from "./steps.test-support.ts";

const other = "22222222-2222-4222-8222-222222222222";

test("the same wish under the same uuid is one request, also later", async () => {
  const { deps, seen } = await setUp(someRequest({ id: `flow-${other}` }));
  const started: string[] = [];
  const door = { ...deps, start: async (id: string) => void started.push(id) };
  const first = await askFor(door, asked, uuid);
  seen.now = start + minuteMs;
  expect(await askFor(door, asked, uuid)).toEqual(first);
  expect(started).toEqual([`flow-${uuid}`, `flow-${uuid}`]);
  expect(await deps.store.ids({ status: "asked", limit: 10 })).toHaveLength(2);
});

test("another wish under the same uuid is refused, and changes nothing", async () => {
  const { deps } = await setUp(someRequest({ id: `flow-${other}` }));
  const door = { ...deps, start: async () => undefined };
  await askFor(door, asked, uuid);
  const recorded = await deps.store.read(`flow-${uuid}`);
  for (const changes of [{ requester: sam }, { duration: 3_600 }, { reason: "Another reason" }])
    expect(await askFor(door, { ...asked, ...changes }, uuid)).toEqual({
      ok: false,
      refusal: `There is another request flow-${uuid} already; ask again`,
    });
  expect(await deps.store.read(`flow-${uuid}`)).toEqual(recorded);
});
