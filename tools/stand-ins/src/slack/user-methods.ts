import type {
  AuthTestResponse,
  UsergroupsUsersListResponse,
  UsersInfoResponse,
  UsersLookupByEmailResponse,
} from "@slack/web-api";
import { type SlackExchange, textOf } from "./exchange.ts";
import { refuse, type SlackUser } from "./state.ts";

/** https://docs.slack.dev/reference/methods/auth.test */
export function authTest({ state: { app, team, users } }: SlackExchange) {
  return {
    ok: true,
    url: `https://${team.domain}.slack.com/`,
    team: team.name,
    user: users.get(app.botUserId)?.name ?? "",
    team_id: team.id,
    user_id: app.botUserId,
    bot_id: app.botId,
    is_enterprise_install: false,
  } satisfies AuthTestResponse;
}

/** Deactivated users are found too. https://docs.slack.dev/reference/methods/users.info */
export function usersInfo(exchange: SlackExchange) {
  const user = exchange.state.users.get(textOf(exchange, "user")) ?? refuse("user_not_found");
  return { ok: true, user: shown(user, exchange) } satisfies UsersInfoResponse;
}

/**
 * Finds active users by a confirmed or unconfirmed address, in any case. https://docs.slack.dev/reference/methods/users.lookupByEmail
 */
export function usersLookupByEmail(exchange: SlackExchange) {
  const email = textOf(exchange, "email").toLowerCase();
  const user = [...exchange.state.users.values()].find(
    (one) => email !== "" && one.email?.toLowerCase() === email && !one.deleted,
  );
  return {
    ok: true,
    user: shown(user ?? refuse("users_not_found"), exchange),
  } satisfies UsersLookupByEmailResponse;
}

/** https://docs.slack.dev/reference/methods/usergroups.users.list */
export function usergroupsUsersList(exchange: SlackExchange) {
  const { plan, userGroups } = exchange.state;
  if (plan === "free") refuse("plan_upgrade_required");
  const users = userGroups.get(textOf(exchange, "usergroup")) ?? refuse("no_such_subteam");
  return { ok: true, users: [...users] } satisfies UsergroupsUsersListResponse;
}

/**
 * The e-mail address needs the scope users:read.email. Deactivated users have fewer fields. Strangers' profiles have no
 * address. https://docs.slack.dev/reference/objects/user-object
 */
function shown(user: SlackUser, { token }: SlackExchange) {
  const { id, team_id, name, email, deleted, is_bot, is_app_user, is_stranger } = user;
  const hasEmail = email !== undefined && token.scopes.includes("users:read.email");
  const base = {
    ...{ id, team_id, name, deleted, is_bot, is_app_user, updated: 1_700_000_000 },
    ...(is_stranger && { is_stranger }),
    profile: {
      ...{ real_name: name, real_name_normalized: name, display_name: name, display_name_normalized: name },
      ...(hasEmail && { email }),
      team: team_id,
    },
  };
  if (deleted) return base;
  return {
    ...base,
    ...{ color: "9f69e7", real_name: name, tz: "Etc/UTC", tz_label: "UTC", tz_offset: 0 },
    ...{ is_admin: false, is_owner: false, is_primary_owner: false },
    is_restricted: user.is_restricted,
    is_ultra_restricted: user.is_ultra_restricted,
    is_email_confirmed: user.is_email_confirmed,
    who_can_share_contact_card: "EVERYONE",
  };
}
