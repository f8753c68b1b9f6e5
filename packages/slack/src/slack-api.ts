import type {
  ChatPostMessageArguments,
  ChatUpdateArguments,
  ViewsOpenArguments,
  ViewsUpdateArguments,
} from "@slack/web-api";
import { WebClient } from "@slack/web-api";
import type { Person } from "@sym/flow";
import * as v from "valibot";
import { codeOf, isRefusedToken, type SlackCall, toSlackError } from "./errors.ts";
import { slackSecret } from "./secret.ts";
import type { SlackSettings } from "./settings.ts";
import { silent } from "./silent.ts";

/** The calls of Slack's Web API that the flow makes. Each rejects with a `SymError`, whose sentence is safe to show. */
export type SlackApi = ReturnType<typeof slackApi>;

const postedShape = v.object({ channel: v.string(), ts: v.string() });
const userShape = v.object({ user: v.looseObject({ id: v.string() }) });
const membersShape = v.object({ users: v.array(v.pipe(v.string(), v.nonEmpty())) });

/** `timeoutMs`: for one call. A call is not repeated: a step or a person tries again. */
export function slackApi({ apiUrl, secretName }: SlackSettings, timeoutMs: number) {
  const secret = slackSecret(secretName);
  const clients = new Map<string, WebClient>();

  function clientFor(botToken: string): WebClient {
    const known = clients.get(botToken);
    if (known !== undefined) return known;
    const client = new WebClient(botToken, {
      ...{ slackApiUrl: apiUrl, timeout: timeoutMs, allowAbsoluteUrls: false, logger: silent },
      ...{ retryConfig: { retries: 0 }, rejectRateLimitedCalls: true },
    });
    clients.set(botToken, client);
    return client;
  }

  async function call<T>(about: SlackCall, send: (client: WebClient) => Promise<T>): Promise<T> {
    try {
      return await secret.renewing(
        ({ botToken }) => send(clientFor(botToken)),
        (outcome) => outcome.status === "rejected" && isRefusedToken(outcome.reason),
      );
    } catch (error) {
      throw toSlackError(error, about);
    }
  }

  /** The account with this id, in Slack's form. */
  function userById(user: string) {
    const about = { method: "users.info", on: `account ${user}` };
    return call(about, async (client) => v.parse(userShape, await client.users.info({ user })).user);
  }

  /** The account with this e-mail, in Slack's form; undefined if the workspace has none. */
  function userByEmail(email: Person) {
    const about = { method: "users.lookupByEmail", on: `account with the e-mail ${email}` };
    return call(about, async (client) => {
      try {
        return v.parse(userShape, await client.users.lookupByEmail({ email })).user;
      } catch (error) {
        if (codeOf(error) === "users_not_found") return undefined;
        throw error;
      }
    });
  }

  /** The ids of the members of a user group. */
  function groupMembers(usergroup: string): Promise<string[]> {
    const about = { method: "usergroups.users.list", on: `user group ${usergroup}` };
    return call(
      about,
      async (client) => v.parse(membersShape, await client.usergroups.users.list({ usergroup })).users,
    );
  }

  /** Posts a message in a channel, or to an account by its id. */
  function post(message: ChatPostMessageArguments & { channel: string }) {
    const about = { method: "chat.postMessage", on: placeOf(message.channel) };
    return call(about, async (client) =>
      v.parse(
        postedShape,
        await client.chat.postMessage({ ...message, unfurl_links: false, unfurl_media: false }),
      ),
    );
  }

  async function updateMessage(message: ChatUpdateArguments & { channel: string }): Promise<void> {
    await call({ method: "chat.update", on: placeOf(message.channel) }, (client) =>
      client.chat.update(message),
    );
  }

  async function openView(view: ViewsOpenArguments): Promise<void> {
    await call({ method: "views.open", on: "form" }, (client) => client.views.open(view));
  }

  async function updateView(view: ViewsUpdateArguments): Promise<void> {
    await call({ method: "views.update", on: "form" }, (client) => client.views.update(view));
  }

  return { userById, userByEmail, groupMembers, post, updateMessage, openView, updateView, secret };
}

function placeOf(channel: string): string {
  return channel.startsWith("U") || channel.startsWith("W") ? `account ${channel}` : `channel ${channel}`;
}
