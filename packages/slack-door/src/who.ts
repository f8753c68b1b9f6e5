import type { Person } from "@sym/flow";
import { refused } from "@sym/lambda-core";
import { foreignAccount, personIn } from "@sym/slack";
import * as v from "valibot";
import { connected } from "./connected.ts";

/** Who clicked, by what Slack has signed. `team`: the workspace of the click, and `home` that of the account, undefined in a command. */
export type Click = { account: string; team: string; home: string | undefined };

const account = v.pipe(v.string(), v.regex(/^[UW][A-Z\d]+$/));
const clickShape = v.union([
  v.object({ user_id: account, team_id: v.string() }),
  v.object({
    user: v.object({ id: account, team_id: v.optional(v.string()) }),
    team: v.object({ id: v.string() }),
  }),
]);

/** The click in the body of a command or an interaction. A body in another form is a click of nobody. */
export function clickIn(body: unknown): Click {
  const parsed = v.safeParse(clickShape, body);
  if (!parsed.success) return { account: "", team: "", home: undefined };
  const { output } = parsed;
  if ("user_id" in output) return { account: output.user_id, team: output.team_id, home: undefined };
  return { account: output.user.id, team: output.team.id, home: output.user.team_id };
}

/**
 * The person behind a click, whom Slack vouches for now. Throws if the account does not count, with the sentence for the person.
 */
export async function personBehind({ account, team, home = team }: Click): Promise<Person> {
  const { api, settings } = connected();
  if (account === "" || team !== settings.teamId || home !== settings.teamId) throw refused(foreignAccount);
  const user = await api.userById(account);
  const vouched = personIn(user, settings);
  if (!vouched.ok) throw refused(vouched.refusal);
  if (user.id === account) return vouched.person;
  throw refused("Slack answered with another account, so nothing was recorded; try again");
}
