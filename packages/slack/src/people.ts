import { type Person, personOf } from "@sym/flow";
import * as v from "valibot";
import type { SlackSettings } from "./settings.ts";

/** The refusal of an account of another workspace. */
export const foreignAccount =
  "Your account is from another workspace, and does not count here; use an account of this workspace";

/** A person whom Slack vouches for, or why the account does not count. */
export type Vouched = { ok: true; person: Person } | { ok: false; refusal: string };

// A field that Slack leaves out counts against the account: Slack shows less of the accounts of other workspaces.
const homeShape = v.object({
  team_id: v.string(),
  deleted: v.boolean(),
  is_stranger: v.optional(v.boolean(), false),
});
const accountShape = v.object({
  is_bot: v.boolean(),
  is_restricted: v.boolean(),
  is_ultra_restricted: v.boolean(),
  is_invited_user: v.optional(v.boolean(), false),
  is_workflow_bot: v.optional(v.boolean(), false),
  is_email_confirmed: v.optional(v.boolean(), false),
  profile: v.object({ email: v.optional(v.string(), "") }),
});

/** The person of an account, in the form of `users.info`. Source: "users.info" and "User object" in Slack's reference. */
export function personIn(
  account: unknown,
  { teamId, emailDomains }: Pick<SlackSettings, "teamId" | "emailDomains">,
): Vouched {
  const home = v.safeParse(homeShape, account);
  if (!home.success || home.output.team_id !== teamId || home.output.is_stranger)
    return no(sentences.foreign);
  // Slack shows little of a deactivated account.
  if (home.output.deleted) return no(sentences.deactivated);
  const parsed = v.safeParse(accountShape, account);
  if (!parsed.success) return no(sentences.foreign);
  const { profile, ...is } = parsed.output;
  if (is.is_bot || is.is_workflow_bot) return no(sentences.bot);
  if (is.is_restricted || is.is_ultra_restricted) return no(sentences.guest);
  if (is.is_invited_user || !is.is_email_confirmed) return no(sentences.unconfirmed);
  if (profile.email === "") return no(sentences.hidden);
  const person = personOf(profile.email);
  if (person === undefined) return no(sentences.malformed);
  const domain = person.slice(person.indexOf("@") + 1);
  if (emailDomains.includes(domain)) return { ok: true, person };
  return no(
    `Your e-mail ${person} is not in ${emailDomains.join(" or ")}, so this account does not count; use the account of your work e-mail`,
  );
}

function no(refusal: string): Vouched {
  return { ok: false, refusal };
}

const sentences = {
  foreign: foreignAccount,
  deactivated: "Your account is deactivated, and does not count; have the account activated",
  bot: "A bot or a workflow does not ask or decide; use a person's account",
  guest: "A guest of the workspace does not ask or decide; have the account made a full member",
  unconfirmed: "Your e-mail is not confirmed in Slack; confirm the e-mail, then try again",
  hidden: "Slack does not show your e-mail to the app; give the app the scope users:read.email",
  malformed: "Your e-mail in Slack is no address that the flow accepts; correct the e-mail of your account",
};
