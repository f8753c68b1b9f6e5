import type { Place } from "@sym/flags";
import { refused } from "@sym/lambda-core";
import type { Flag } from "./launchdarkly-look.ts";

/** Finds a variation by id; or by name or value, if no other variation has the same name or value. */
export function variationOf({ variations }: Flag, variation: string, { flag }: Place): string {
  const text = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
  const byId = variations.find(({ _id }) => _id === variation);
  const match = byId
    ? [byId]
    : variations.filter(({ name, value }) => name === variation || text(value) === variation);
  if (match.length === 1 && match[0]) return match[0]._id;
  const known = variations.map(({ name, value }) => name ?? text(value)).join(", ");
  throw refused(
    `LaunchDarkly flag ${flag} has ${match.length === 0 ? "no" : "more than one"} variation "${variation}" (it has ${known}); ${match.length === 0 ? "correct the target's setting variation" : "set the target's setting variation to the id of one of them"}`,
  );
}
