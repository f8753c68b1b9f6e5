// Change this file first: it maps Sym's words onto yours. Which user is the requester, and which group is meant?
import { GetGroupIdCommand, GetUserIdCommand } from "@aws-sdk/client-identitystore";
import { type Access, allInOrder, type Invocation, SymError, type SymRequest } from "@sym/lambda-core";
import { type About, ask } from "./identity-store.ts";
import { readSettings, type Store } from "./settings.ts";

/** One user's place in one group, by ids that outlive every name. */
export type MembershipAccess = Access & {
  store: Store;
  /** Empty in a revoke for somebody who does not exist. */
  userId: string;
  groupId: string;
  /** Whether an identity provider keeps the group up, and would undo or refuse what is done here. */
  synced: boolean;
  sessionHours: number;
};

/** Finds the requester by e-mail and by user name, and the group by its display name unless the target has its id. */
export async function resolve(
  request: SymRequest,
  standard: { region: string },
  invocation: Invocation,
): Promise<MembershipAccess> {
  const { requester, type } = request;
  const { store, group, sessionHours } = readSettings(request, standard);
  const resource = `Identity Center group ${"id" in group ? group.id : group.name}`;
  const about = { store, names: { subject: `Identity Center user ${requester}`, resource } };
  const user = remember(`user ${store.id} ${requester}`, () => findUser(requester, about, invocation));
  const [userId, groupId] = await allInOrder([
    user.catch((error: unknown) => {
      if (type === "deescalate" && isNobody(error)) return "";
      throw error;
    }),
    "id" in group
      ? Promise.resolve(group.id)
      : remember(`group ${store.id} ${group.name}`, () => findGroup(group.name, about, invocation)),
  ]);
  const key = { subject: userId, resource: `${store.id}/${groupId}` };
  return { ...key, ...about, granted: ["member"], userId, groupId, synced: false, sessionHours };
}

/** Whether the identity store said that the person does not exist. */
export function isNobody(error: unknown): error is SymError {
  return error instanceof SymError && error.reason === "no-subject";
}

// An e-mail need not be the user name, and AWS does not say whether it heeds case: ask for all, side by side.
async function findUser(email: string, about: About, invocation: Invocation): Promise<string> {
  const spellings = [...new Set([email, email.toLowerCase()])];
  const inputs = spellings.flatMap((value) => [
    by("emails.value", value, about),
    by("userName", value, about),
  ]);
  const answers = await allInOrder(
    inputs.map((input) =>
      ask("GetUserId", new GetUserIdCommand(input), about, invocation).catch((error: unknown) => {
        if (isNobody(error)) return error;
        throw error;
      }),
    ),
  );
  const ids = answers.flatMap((answer) => (isNobody(answer) ? [] : String(answer.UserId)));
  const [id, ...others] = new Set(ids);
  if (id === undefined) throw answers[0];
  if (others.length === 0) return id;
  invocation.log("ambiguous-user", { user_ids: [id, ...others].join(" ") });
  throw new SymError(
    `${about.names.subject} could be any of ${others.length + 1} people in identity store ${about.store.id}, by e-mail or by user name; look for their ids in the function's log, and let only one have the name`,
    { reason: "refused" },
  );
}

async function findGroup(name: string, about: About, invocation: Invocation): Promise<string> {
  const command = new GetGroupIdCommand(by("displayName", name, about));
  return String((await ask("GetGroupId", command, about, invocation)).GroupId);
}

function by(AttributePath: string, AttributeValue: string, { store }: About) {
  const AlternateIdentifier = { UniqueAttribute: { AttributePath, AttributeValue } };
  return { IdentityStoreId: store.id, AlternateIdentifier };
}

const remembered = new Map<string, { id: string; until: number }>();
const [bound, lifetime] = [500, 60_000];

/** Keeps what was found, for a minute. What was not found is looked for again: it may be there by now. */
async function remember(key: string, find: () => Promise<string>): Promise<string> {
  const known = remembered.get(key);
  if (known && Date.now() < known.until) return known.id;
  const id = await find();
  if (remembered.size >= bound) remembered.clear();
  remembered.set(key, { id, until: Date.now() + lifetime });
  return id;
}
