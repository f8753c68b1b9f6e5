import type { Asked, Ids } from "./resolve.ts";

const mostKnownIds = 500;
const knownIds = new Map<string, Ids>();

/**
 * The ids from an earlier request of this warm function with the same names; undefined if the function has had no such
 * request. The ids can be out of date: use them only for an early read, in parallel with a lookup that confirms the ids.
 */
export function knownIdsOf(asked: Asked): Ids | undefined {
  return knownIds.get(keyOf(asked));
}

export function rememberIds(asked: Asked, ids: Ids): void {
  if (knownIds.size >= mostKnownIds) knownIds.clear();
  knownIds.set(keyOf(asked), ids);
}

function keyOf({ store, group, requester }: Asked): string {
  return JSON.stringify([store.region, store.id, group, requester]);
}
