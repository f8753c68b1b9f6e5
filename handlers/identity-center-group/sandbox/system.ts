import {
  GetGroupIdCommand,
  GetUserIdCommand,
  IdentitystoreClient,
  IsMemberInGroupsCommand,
} from "@aws-sdk/client-identitystore";
import type { IdentityStore } from "@sym/stand-ins/identity-store";
import type { Sandbox } from "@sym/stand-ins/sandbox";
import type { FunctionEvent, System } from "@sym/stand-ins/target-system";
import { attempt, held, inWords } from "@sym/stand-ins/target-system/words";
import { paths, readText } from "@sym/test-payloads/payload-fields";

export const system: System = {
  seed(sandbox, event, { member }) {
    const names = readNames(event);
    const { user, group, groupId, roleArn } = names;
    const store = openStore(sandbox, names);
    const done: string[] = [];
    if (roleArn) sandbox.sts.createRole(roleArn);
    if (!store) return done;
    if (user && held(() => store.groupsOf(user)) === undefined)
      done.push(attempt(`Identity Center user ${user}`, () => store.createUser(user)));
    if (group && held(() => store.members(group)) === undefined)
      done.push(
        attempt(`Identity Center group ${group}`, () =>
          store.createGroup(group, groupId ? { id: groupId } : {}),
        ),
      );
    if (user && group && member && !held(() => store.members(group))?.includes(user))
      done.push(attempt("the membership", () => store.addMember(user, group)));
    return done;
  },

  describe(sandbox, event) {
    const names = readNames(event);
    const { user, group } = names;
    const store = openStore(sandbox, names);
    if (!store) return {};
    const members = group && held(() => store.members(group));
    const groups = user && held(() => store.groupsOf(user));
    return {
      ...(group && { [`Identity Center group ${group}`]: inWords(members || undefined, "no members") }),
      ...(user && { [`Identity Center user ${user}`]: inWords(groups || undefined, "no groups") }),
    };
  },

  async describeReal(event, region) {
    const names = readNames(event);
    const { user, group, roleArn } = names;
    if (!names.store || !user || !group) return {};
    const what = `Identity Center group ${group}`;
    if (roleArn) return { [what]: `not read, because only ${roleArn} can` };
    const member = await isRealMember(names, names.region ?? region).catch(
      (error) => `could not be read (${error instanceof Error ? error.name : typeof error})`,
    );
    return { [what]: member };
  },
};

/** The names that the handler's `settings.ts` reads, as far as the sandbox needs the names for seeding. */
function readNames({ payload, environment }: FunctionEvent) {
  const setting = (name: string) => readText(payload, paths.setting(name)) || undefined;
  const [groupId, pasted] = (setting("group_id") ?? "").split("/").reverse();
  return {
    user: readText(payload, paths.requester),
    group: groupId || setting("group_name"),
    groupId: groupId || undefined,
    store: setting("identity_store_id") ?? pasted,
    region: setting("region") ?? environment["IDENTITY_CENTER_REGION"] ?? environment["AWS_REGION"],
    roleArn: setting("role_arn"),
  };
}

type Names = ReturnType<typeof readNames>;

function openStore(sandbox: Sandbox, { store, region, roleArn }: Names): IdentityStore | undefined {
  const account = roleArn?.split(":")[4];
  return store === undefined
    ? undefined
    : sandbox.identityStore.store(store, { ...(region && { region }), ...(account && { account }) });
}

async function isRealMember(
  { store, user = "", group = "", groupId }: Names,
  region: string,
): Promise<string> {
  const client = new IdentitystoreClient({ region });
  const by = (AttributePath: string, AttributeValue: string) => ({
    IdentityStoreId: store,
    AlternateIdentifier: { UniqueAttribute: { AttributePath, AttributeValue } },
  });
  const { UserId } = await client
    .send(new GetUserIdCommand(by("emails.value", user)))
    .catch(() => client.send(new GetUserIdCommand(by("userName", user))));
  const GroupId = groupId ?? (await client.send(new GetGroupIdCommand(by("displayName", group)))).GroupId;
  const asked = { IdentityStoreId: store, MemberId: { UserId: String(UserId) }, GroupIds: [String(GroupId)] };
  const { Results } = await client.send(new IsMemberInGroupsCommand(asked));
  return Results?.[0]?.MembershipExists ? `has ${user} as a member` : `does not have ${user} as a member`;
}
