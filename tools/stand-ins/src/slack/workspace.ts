import { randomBytes } from "node:crypto";
import { record } from "../kernel/record.ts";
import {
  newTs,
  type SlackChannel,
  type SlackEphemeralMessage,
  type SlackMessage,
  type SlackState,
  type SlackUser,
  type SlackView,
  slackId,
} from "./state.ts";

export type NewSlackUser = Partial<Omit<SlackUser, "email">> & { name: string; email?: string };

/** The workspace's state, ways to add to the state, and what its people see. */
export type SlackWorkspace = SlackState & {
  /** Adds a person of the workspace, with a confirmed e-mail address unless the flags say otherwise. */
  addUser(user: NewSlackUser): SlackUser;
  /** Adds a public channel with the app's bot as a member, unless the flags say otherwise. */
  addChannel(channel: Partial<SlackChannel> & { name: string }): SlackChannel;
  /** Adds a user group, and returns its id. */
  addUserGroup(group: { id?: string; users: string[] }): string;
  /** Adds a message of a person, and returns the message. */
  addMessage(message: { channel: string; user: string; text: string }): SlackMessage;
  /** A new token with all scopes of the methods in use, or with these scopes. */
  addToken(scopes?: string[]): string;
  /** The messages in a channel, by the channel's id or name, or in a direct message by its id. */
  messagesIn(channel: string): SlackMessage[];
  /** The messages between the app's bot and the user. */
  directMessagesTo(userId: string): SlackMessage[];
  ephemeralTo(userId: string): SlackEphemeralMessage[];
  /** The modals of the user, in the order of opening. */
  viewsOf(userId: string): SlackView[];
  /** A click's trigger: opens one modal, within 3 seconds. Use `expireTriggers` in place of a wait. */
  newTrigger(userId: string, viewId?: string): string;
  /** Every trigger so far has expired. */
  expireTriggers(): void;
};

/** The scopes of the methods in use. */
const allScopes = ["chat:write", "im:write", "usergroups:read", "users:read", "users:read.email"];

export function emptySlack(): SlackState {
  const app = { id: "A0EXAMPLE01", botId: "B0EXAMPLE01", botUserId: "U0EXAMPLEBOT" };
  return {
    team: { id: "T0EXAMPLE01", domain: "example", name: "Example" },
    app,
    plan: "paid",
    signingSecret: randomBytes(16).toString("hex"),
    tokens: new Map(),
    users: new Map(),
    channels: new Map(),
    userGroups: new Map(),
    directMessages: [],
    messages: [],
    ephemeralMessages: [],
    views: [],
    triggers: new Map(),
    responseUrls: new Map(),
  };
}

/** Adds the ways to change and to read a state. The state's own fields stay live. */
export function slackWorkspace(state: SlackState): SlackWorkspace {
  const workspace: SlackWorkspace = Object.assign(state, {
    addUser: (user: NewSlackUser) => {
      const id = user.id ?? slackId("U");
      const added: SlackUser = {
        ...{ team_id: state.team.id, deleted: false, is_bot: false, is_app_user: false },
        ...{ is_restricted: false, is_ultra_restricted: false, is_stranger: false },
        is_email_confirmed: true,
        ...user,
        id,
      };
      state.users.set(id, added);
      return added;
    },
    addChannel: (channel: Partial<SlackChannel> & { name: string }) => {
      const id = channel.id ?? slackId("C");
      const added = { isMember: true, isArchived: false, isPrivate: false, ...channel, id };
      state.channels.set(id, added);
      return added;
    },
    addUserGroup: ({ id = slackId("S"), users }: { id?: string; users: string[] }) => {
      state.userGroups.set(id, users);
      return id;
    },
    addMessage: (message: { channel: string; user: string; text: string }) => {
      const added: SlackMessage = { ...message, ts: newTs(), blocks: [], updates: 0 };
      state.messages.push(added);
      return added;
    },
    addToken: (scopes = allScopes) => {
      const token = `xoxb-${randomBytes(12).toString("hex")}`;
      record({ secret: token });
      state.tokens.set(token, { scopes: [...scopes], isRevoked: false });
      return token;
    },
    messagesIn: (channel: string) => {
      const named = [...state.channels.values()].find(({ name }) => name === channel.replace(/^#/, ""));
      return state.messages.filter((message) => message.channel === (named?.id ?? channel));
    },
    directMessagesTo: (userId: string) => {
      const direct = state.directMessages.find((one) => one.userId === userId);
      return state.messages.filter(({ channel }) => channel === direct?.id);
    },
    ephemeralTo: (userId: string) => state.ephemeralMessages.filter(({ toUserId }) => toUserId === userId),
    viewsOf: (userId: string) => state.views.filter((view) => view.userId === userId),
    newTrigger: (userId: string, viewId?: string) => {
      const id = `${Date.now()}.${randomBytes(5).toString("hex")}.${randomBytes(16).toString("hex")}`;
      state.triggers.set(id, { userId, ...(viewId && { viewId }), isUsed: false, isExpired: false });
      return id;
    },
    expireTriggers: () => {
      for (const trigger of state.triggers.values()) trigger.isExpired = true;
    },
  });
  workspace.addUser({ id: state.app.botUserId, name: "sym", is_bot: true, is_email_confirmed: false });
  return workspace;
}
