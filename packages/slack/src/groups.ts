import type { Person, ReadGroup } from "@sym/flow";
import { personIn } from "./people.ts";
import type { SlackSettings } from "./settings.ts";
import type { SlackApi } from "./slack-api.ts";

/**
 * Reads which people are members of a user group now. Looks up each person by e-mail, because a group holds the ids of accounts;
 * `known` has the accounts of people who are looked up already.
 */
export function groupReader(
  api: Pick<SlackApi, "groupMembers" | "userByEmail">,
  settings: SlackSettings,
  known: ReadonlyMap<Person, string> = new Map(),
): ReadGroup {
  async function accountOf(person: Person): Promise<string | undefined> {
    const account = known.get(person);
    if (account !== undefined) return account;
    const user = await api.userByEmail(person);
    const vouched = personIn(user, settings);
    return vouched.ok && vouched.person === person ? user?.id : undefined;
  }

  return async (group, people) => {
    const [members, accounts] = await Promise.all([
      api.groupMembers(group),
      Promise.all(people.map(accountOf)),
    ]);
    return people.filter((_, index) => members.some((member) => member === accounts[index]));
  };
}
