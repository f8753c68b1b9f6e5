import { conversationsOpen } from "./conversations.ts";
import type { SlackExchange } from "./exchange.ts";
import { chatPostEphemeral, chatPostMessage, chatUpdate } from "./message-methods.ts";
import { authTest, usergroupsUsersList, usersInfo, usersLookupByEmail } from "./user-methods.ts";
import { viewsOpen, viewsPush, viewsUpdate } from "./view-methods.ts";

/** A method of the Web API: the scopes that its page names, and its answer. Throws a SlackError to refuse. */
type SlackWebMethod = { scopes: string[]; answer(exchange: SlackExchange): object };

/** The methods in use; any other method is refused as `unknown_method`. https://docs.slack.dev/reference/methods */
const methods = {
  "auth.test": { scopes: [], answer: authTest },
  "chat.postEphemeral": { scopes: ["chat:write"], answer: chatPostEphemeral },
  "chat.postMessage": { scopes: ["chat:write"], answer: chatPostMessage },
  "chat.update": { scopes: ["chat:write"], answer: chatUpdate },
  "conversations.open": { scopes: ["im:write"], answer: conversationsOpen },
  "usergroups.users.list": { scopes: ["usergroups:read"], answer: usergroupsUsersList },
  "users.info": { scopes: ["users:read"], answer: usersInfo },
  "users.lookupByEmail": { scopes: ["users:read.email"], answer: usersLookupByEmail },
  "views.open": { scopes: [], answer: viewsOpen },
  "views.push": { scopes: [], answer: viewsPush },
  "views.update": { scopes: [], answer: viewsUpdate },
} satisfies Record<string, SlackWebMethod>;

export type SlackMethod = keyof typeof methods;

export function findMethod(name: string): SlackWebMethod | undefined {
  return Object.hasOwn(methods, name) ? methods[name as SlackMethod] : undefined;
}
