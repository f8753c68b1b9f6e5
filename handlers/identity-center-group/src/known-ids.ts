import type { Asked, Ids } from "./resolve.ts";

const mostKnownIds = 500;
const knownIds = new Map<string, Ids>();

/**
 * The ids that an earlier request of this warm function had for the same names; undefined if there was none. They can be out
 * of date, so use them to ask early, and only beside a look-up that confirms them.
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
