import { randomInt } from "node:crypto";

/** JSON of Block Kit, as sent. `block_id` is always there once Slack has the block. */
export type SlackBlock = { type: string; block_id?: string } & Record<string, unknown>;

/** A person or a bot. The flags have the names of Slack's user object, and are false unless set. */
export type SlackUser = {
  id: string;
  team_id: string;
  /** The user name, as in `robin`. */
  name: string;
  /** Users without an e-mail address, such as bots, have none in their profile. */
  email?: string;
  deleted: boolean;
  is_bot: boolean;
  is_app_user: boolean;
  /** A guest of several channels; with `is_ultra_restricted`, of a single channel. */
  is_restricted: boolean;
  is_ultra_restricted: boolean;
  /** A person of another organisation, who shares no channel with the app. */
  is_stranger: boolean;
  is_email_confirmed: boolean;
};

/** `isMember`: whether the app's bot is in the channel. `isPrivate`: hidden from a bot that is not a member. */
export type SlackChannel = {
  id: string;
  name: string;
  isMember: boolean;
  isArchived: boolean;
  isPrivate: boolean;
};

/** A direct message between the app's bot and a user. */
type SlackDirectMessage = { id: string; userId: string };

/**
 * A message as people see the message. `user` is the author. `updates` counts the changes; `edited` has the last change by
 * `text` alone, since Slack does not mark changes of blocks as edited ("chat.update").
 */
export type SlackMessage = {
  channel: string;
  ts: string;
  user: string;
  text: string;
  blocks: SlackBlock[];
  thread_ts?: string;
  updates: number;
  edited?: { user: string; ts: string };
  /** As sent with the message; undefined stands for Slack's default. */
  unfurl_links?: boolean;
  unfurl_media?: boolean;
};

/** A message that only one user sees, until the user reloads Slack. */
export type SlackEphemeralMessage = Omit<SlackMessage, "edited" | "updates"> & { toUserId: string };

export type SlackPlainText = { type: "plain_text"; text: string; emoji?: boolean };

/** The answer of one input of a view, as in `view.state.values`. */
export type SlackStateValue = { type: string } & Record<string, unknown>;
export type SlackStateValues = Record<string, Record<string, SlackStateValue>>;

/**
 * A modal that the app opened. `isOpen` until the user closes or submits the modal. `errors` are the sentences below inputs,
 * by block_id, after a submission. `calls` are the methods that opened and updated the modal, in order.
 */
export type SlackView = {
  id: string;
  userId: string;
  isOpen: boolean;
  errors: Record<string, string>;
  hash: string;
  title: SlackPlainText;
  submit: SlackPlainText | null;
  close: SlackPlainText | null;
  blocks: SlackBlock[];
  private_metadata: string;
  callback_id: string;
  external_id: string;
  clear_on_close: boolean;
  notify_on_close: boolean;
  root_view_id: string;
  previous_view_id: string | null;
  calls: SlackViewCall[];
};

/** How the app opened or changed a modal: by a method, or by the answer to a submission. */
export type SlackViewCall =
  | "views.open"
  | "views.update"
  | "views.push"
  | "response_action update"
  | "response_action push";

export type SlackToken = { scopes: string[]; isRevoked: boolean };

/** A trigger of a view. `viewId` is the modal of the click, if the click was in a modal. */
export type SlackTrigger = { userId: string; viewId?: string; isUsed: boolean; isExpired: boolean };

/** Where the messages of a response_url go, and how many of its five uses are left. */
type SlackResponseUrl = {
  channel: string;
  userId: string;
  /** The message of the click. A slash command has no message. */
  ts?: string;
  usesLeft: number;
};

/** Everything that the stand-in knows. Change any of these values to change what the app finds. */
export type SlackState = {
  team: { id: string; domain: string; name: string };
  app: { id: string; botId: string; botUserId: string };
  /** User groups need a paid plan. */
  plan: "free" | "paid";
  /** Signs what Slack sends to the app. */
  signingSecret: string;
  tokens: Map<string, SlackToken>;
  users: Map<string, SlackUser>;
  channels: Map<string, SlackChannel>;
  /** The ids of the users in each user group. */
  userGroups: Map<string, string[]>;
  directMessages: SlackDirectMessage[];
  messages: SlackMessage[];
  ephemeralMessages: SlackEphemeralMessage[];
  /** Open and closed modals, in the order of opening. */
  views: SlackView[];
  triggers: Map<string, SlackTrigger>;
  responseUrls: Map<string, SlackResponseUrl>;
};

/** A refusal by Slack. `more` are further fields of the answer, such as `needed`. */
export class SlackError extends Error {
  override readonly name = "SlackError";
  readonly code: string;
  readonly more: Record<string, unknown>;
  constructor(code: string, more: Record<string, unknown> = {}) {
    super(code);
    this.code = code;
    this.more = more;
  }
}

export function refuse(code: string, more?: Record<string, unknown>): never {
  throw new SlackError(code, more);
}

const letters = "ABCDEFGHJKMNPQRSTVWXYZ0123456789";

/** A random id in Slack's form: a letter for the kind, and ten capitals or digits. */
export function slackId(kind: "B" | "C" | "D" | "S" | "U" | "V"): string {
  return kind + Array.from({ length: 10 }, () => letters[randomInt(letters.length)]).join("");
}

let last = 0;

/** A new time of a message: seconds, a dot and six digits. No two are equal in a process. */
export function newTs(): string {
  last = Math.max(last + 1, Date.now() * 1_000);
  return `${Math.floor(last / 1_000_000)}.${String(last % 1_000_000).padStart(6, "0")}`;
}
