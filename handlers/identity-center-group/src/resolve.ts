// Change this file first: `resolve` and `findIds` map the requester to a user, and the target to a group.
import { GetGroupIdCommand, GetUserIdCommand } from "@aws-sdk/client-identitystore";
import { allInOrder, type Invocation, isNotFound, refused, type SymRequest } from "@sym/lambda-core";
import { type About, ask } from "./identity-store.ts";
import { type GroupSettings, readSettings } from "./settings.ts";

/** The settings and the requester of a request, with the names for sentences. */
export type Asked = GroupSettings & About & { requester: string };

/** The identity store's ids for a request. Ids outlive every name. */
export type Ids = { userId: string; groupId: string };

/** Reads the target's settings, without a call to AWS. */
export function resolve(request: SymRequest, standard: { region: string }): Asked {
  const { requester } = request;
  const settings = readSettings(request, standard);
  const names = { subject: `Identity Center user ${requester}`, resource: nameOf(settings) };
  return { ...settings, requester, names };
}

/** The name of a target's group for sentences, as the target spells the name or the id. */
export function nameOf({ group }: GroupSettings): string {
  return `Identity Center group ${"id" in group ? group.id : group.name}`;
}

/** Looks up the requester by e-mail and by user name, and the group by display name unless the target has the group's id. */
export async function findIds(asked: Asked, invocation: Invocation): Promise<Ids> {
  const { group } = asked;
  const [userId, groupId] = await allInOrder([
    findUser(asked, invocation),
    "id" in group ? Promise.resolve(group.id) : findGroup(group.name, asked, invocation),
  ]);
  return { userId, groupId };
}

// An e-mail need not be the user name, and AWS does not document case: look up all spellings in parallel.
async function findUser(asked: Asked, invocation: Invocation): Promise<string> {
  const { requester, store, names } = asked;
  const spellings = [...new Set([requester, requester.toLowerCase()])];
  const attributes = spellings.flatMap((value) => [
    ["emails.value", value] as const,
    ["userName", value] as const,
  ]);
  const found = await allInOrder(
    attributes.map(([attribute, value]) =>
      userBy(attribute, value, asked, invocation).catch((error: unknown) => {
        if (isNotFound(error, "subject")) return error;
        throw error;
      }),
    ),
  );
  const [id, ...others] = new Set(found.filter((one) => typeof one === "string"));
  if (id === undefined) throw found[0];
  if (others.length === 0) return id;
  invocation.log("ambiguous-user", { user_ids: [id, ...others].join(" ") });
  throw refused(
    `${names.subject} matches ${others.length + 1} users in identity store ${store.id}, by e-mail or by user name; find their ids in the function's log, and change the e-mail or user name of all but one`,
  );
}

async function userBy(
  attribute: string,
  value: string,
  about: About,
  invocation: Invocation,
): Promise<string> {
  const command = new GetUserIdCommand(by(attribute, value, about));
  const { UserId } = await ask("GetUserId", "UserId", command, about, invocation);
  return UserId;
}

export async function findGroup(name: string, about: About, invocation: Invocation): Promise<string> {
  const command = new GetGroupIdCommand(by("displayName", name, about));
  const { GroupId } = await ask("GetGroupId", "GroupId", command, about, invocation);
  return GroupId;
}

function by(AttributePath: string, AttributeValue: string, { store }: About) {
  const AlternateIdentifier = { UniqueAttribute: { AttributePath, AttributeValue } };
  return { IdentityStoreId: store.id, AlternateIdentifier };
}
