import type { Person } from "./person.ts";
import type { Members, TargetRules } from "./rules.ts";

/** The people whose right to ask, or to decide, matters for a decision. */
export type Concerned = { asking: readonly Person[]; deciding: readonly Person[] };

/** Reads which of these people are members of a group now. Rejects if the group cannot be read. */
export type ReadGroup = (group: string, people: readonly Person[]) => Promise<readonly Person[]>;

/**
 * The rules in which the people of each rule include those concerned who are members of its groups now. A group that cannot be
 * read has no members, and is in `unreadGroups`. A group is read only for people whom its rule does not name.
 */
export async function expandGroups(
  rules: TargetRules,
  { asking, deciding }: Concerned,
  read: ReadGroup,
): Promise<TargetRules> {
  const unread = new Set<string>();
  const readOnce = onceForEach(read);

  async function expand(
    { people, slackUserGroups }: Members,
    concerned: readonly Person[],
  ): Promise<Members> {
    const others = concerned.filter((person) => !people.includes(person));
    const found = await Promise.all(
      slackUserGroups.map((group) =>
        readOnce(group, others).catch(() => {
          unread.add(group);
          return [];
        }),
      ),
    );
    return { people: [...new Set([...people, ...found.flat()])], slackUserGroups };
  }

  const { onCall, breakGlass } = rules;
  const [mayAsk, mayApprove, onCallMembers, breakGlassMembers] = await Promise.all([
    expand(rules.mayAsk, asking),
    expand(rules.mayApprove, deciding),
    onCall && expand(onCall.mayAsk, asking),
    breakGlass && expand(breakGlass.mayAsk, asking),
  ]);
  return {
    ...rules,
    ...{ mayAsk, mayApprove },
    onCall: onCall && onCallMembers && { ...onCall, mayAsk: onCallMembers },
    breakGlass: breakGlass && breakGlassMembers && { ...breakGlass, mayAsk: breakGlassMembers },
    unreadGroups: [...unread],
  };
}

/** Reads a group once for the same people. Without people, there is nothing to read. */
function onceForEach(read: ReadGroup): ReadGroup {
  const reads = new Map<string, Promise<readonly Person[]>>();
  return async (group, people) => {
    if (people.length === 0) return [];
    const key = [group, ...people].join(" ");
    const reading = reads.get(key) ?? read(group, people);
    reads.set(key, reading);
    return reading;
  };
}
