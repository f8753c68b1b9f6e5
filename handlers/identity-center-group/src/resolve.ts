// Change this file first: it maps Sym's words onto yours. Which user is the requester, and which group is meant?
import { GetGroupIdCommand, GetUserIdCommand } from "@aws-sdk/client-identitystore";
import {
  type Access,
  allInOrder,
  type Invocation,
  refused,
  SymError,
  type SymRequest,
} from "@sym/lambda-core";
import { type About, ask } from "./identity-store.ts";
import { readSettings, type StoreLocation } from "./settings.ts";

/** One user's place in one group, by ids that outlive every name. */
export type MembershipAccess = Access & {
  store: StoreLocation;
  /** Empty in a revoke if the user does not exist. */
  userId: string;
  groupId: string;
  /** Whether an identity provider maintains the group, and would undo or refuse a change. */
  synced: boolean;
  sessionHours: number;
};

/** Looks up the requester by e-mail and by user name, and the group by its display name unless the target has its id. */
export async function resolve(
  request: SymRequest,
  standard: { region: string },
  invocation: Invocation,
): Promise<MembershipAccess> {
  const { requester, type } = request;
  const { store, group, sessionHours } = readSettings(request, standard);
  const resource = `Identity Center group ${"id" in group ? group.id : group.name}`;
  const about = { store, names: { subject: `Identity Center user ${requester}`, resource } };
  const user = cached(`user ${store.id} ${requester}`, () => findUser(requester, about, invocation));
  const [userId, groupId] = await allInOrder([
    user.catch((error: unknown) => {
      if (type === "deescalate" && isMissingUser(error)) return "";
      throw error;
    }),
    "id" in group
      ? Promise.resolve(group.id)
      : cached(`group ${store.id} ${group.name}`, () => findGroup(group.name, about, invocation)),
  ]);
  const key = { subject: userId, resource: `${store.id}/${groupId}` };
  return { ...key, ...about, granted: ["member"], userId, groupId, synced: false, sessionHours };
}

/** Whether the identity store answered that the user does not exist. */
export function isMissingUser(error: unknown): error is SymError {
  return error instanceof SymError && error.reason === "no-subject";
}

// An e-mail need not be the user name, and AWS does not document case: look up all spellings in parallel.
async function findUser(email: string, about: About, invocation: Invocation): Promise<string> {
  const spellings = [...new Set([email, email.toLowerCase()])];
  const inputs = spellings.flatMap((value) => [
    by("emails.value", value, about),
    by("userName", value, about),
  ]);
  const found = await allInOrder(
    inputs.map((input) =>
      ask("GetUserId", new GetUserIdCommand(input), about, invocation).catch((error: unknown) => {
        if (isMissingUser(error)) return error;
        throw error;
      }),
    ),
  );
  const ids = found.flatMap((user) => (isMissingUser(user) ? [] : String(user.UserId)));
  const [id, ...others] = new Set(ids);
  if (id === undefined) throw found[0];
  if (others.length === 0) return id;
  invocation.log("ambiguous-user", { user_ids: [id, ...others].join(" ") });
  throw refused(
    `${about.names.subject} could be any of ${others.length + 1} people in identity store ${about.store.id}, by e-mail or by user name; look for their ids in the function's log, and let only one have the name`,
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

const foundIds = new Map<string, { id: string; until: number }>();
const [mostFoundIds, keepFoundIdMs] = [500, 60_000];

/** Caches the ids that were found. A failed look-up is not cached: the entity may exist by now. */
async function cached(key: string, find: () => Promise<string>): Promise<string> {
  const known = foundIds.get(key);
  if (known && Date.now() < known.until) return known.id;
  const id = await find();
  if (foundIds.size >= mostFoundIds) foundIds.clear();
  foundIds.set(key, { id, until: Date.now() + keepFoundIdMs });
  return id;
}
