import { commonScenes, throttled } from "@sym/infra-tests/least-privilege/common-scenes";
import { requestedBy, requestsFor, robin, type Story } from "@sym/infra-tests/least-privilege/story";
import type { PolicyDocument } from "@sym/stand-ins/enforcement/policy";
import type { Sandbox } from "@sym/stand-ins/sandbox";

const storeId = "d-1234567890";
const groupId = "90671c2f-4001-7000-8000-00000000000a";
const otherGroup = "90671c2f-4001-7000-8000-00000000000b";
const otherStore = "d-0987654321";
const elsewhere = "210987654321";
const otherRole = `arn:aws:iam::${elsewhere}:role/sym-identity-center`;

const target = { identity_store_id: storeId, group_id: groupId };
const byId = requestsFor(target);
const byName = requestsFor({ identity_store_id: storeId, group_name: "prod-admins" });
const there = requestsFor({ identity_store_id: otherStore, group_id: otherGroup, role_arn: otherRole });
const standing = ({ identityStore }: Sandbox) => void identityStore.store(storeId).addMember(robin, groupId);

/** The policy of the role in the administrating account, by the handler's README. */
const otherPolicy: PolicyDocument = {
  Version: "2012-10-17",
  Statement: {
    Effect: "Allow",
    Action: [
      "identitystore:CreateGroupMembership",
      "identitystore:DeleteGroupMembership",
      "identitystore:DescribeGroup",
      "identitystore:DescribeUser",
      "identitystore:GetGroupMembershipId",
      "identitystore:GetUserId",
      "identitystore:IsMemberInGroups",
    ],
    Resource: [
      `arn:aws:identitystore::${elsewhere}:identitystore/${otherStore}`,
      `arn:aws:identitystore:::group/${otherGroup}`,
      "arn:aws:identitystore:::user/*",
      "arn:aws:identitystore:::membership/*",
    ],
  },
};

const notAllowed = /^This function is not allowed to call identitystore:/;

export const story: Story = {
  handler: "identity-center-group",
  variable: () => ({
    identity_store_arn: `arn:aws:identitystore::123456789012:identitystore/${storeId}`,
    group_ids: [groupId],
    role_arns: [otherRole],
  }),
  target,
  environment: () => ({}),
  seed({ identityStore, sts }) {
    const store = identityStore.store(storeId);
    store.createUser(robin);
    store.createGroup("prod-admins", { id: groupId });
    store.createGroup("prod-auditors", { id: otherGroup });
    const other = identityStore.store(otherStore, { account: elsewhere });
    other.createUser(robin);
    other.createGroup("prod-admins", { id: otherGroup });
    const neighbour = identityStore.store("d-1111111111");
    neighbour.createUser(robin);
    neighbour.createGroup("prod-admins", { id: groupId });
    sts.createRole(otherRole);
    sts.createRole(otherRole.replace("sym-identity-center", "admin"));
  },
  holds: ({ identityStore }) => identityStore.store(storeId).members("prod-admins"),
  otherRoles: { [otherRole]: [otherPolicy] },
  scenes: [
    ...commonScenes("Identity Center group", byId, standing),
    throttled("Identity Center group", byId, ["GetUserId", "CreateGroupMembership", "DeleteGroupMembership"]),
    {
      name: "Identity Center group: found by its name",
      async play({ act }) {
        await act(byName.first.escalate, "granted");
        await act(byName.first.deescalate, "revoked");
      },
    },
    {
      name: "Identity Center group: a user who does not exist is refused",
      play: ({ refused }) =>
        refused(requestedBy(byId.first.escalate, "nobody@example.com"), /does not exist/),
    },
    {
      name: "Identity Center group: a group that is gone is refused",
      async play({ sandbox, refused }) {
        sandbox.identityStore.store(storeId).deleteGroup("prod-admins");
        await refused(byId.first.escalate, /^Identity Center group .* does not exist/);
      },
    },
    {
      name: "Identity Center group administered in another account: granted and revoked",
      async play({ act }) {
        await act(there.first.escalate, "granted");
        await act(there.first.deescalate, "revoked");
      },
    },
  ],
  neighbours: [
    {
      name: "another group of the store",
      play: ({ refused }) =>
        refused(requestsFor({ identity_store_id: storeId, group_id: otherGroup }).first.escalate, notAllowed),
    },
    {
      name: "another group by its name",
      play: ({ refused }) =>
        refused(
          requestsFor({ identity_store_id: storeId, group_name: "prod-auditors" }).first.escalate,
          notAllowed,
        ),
    },
    {
      name: "the group of another store",
      play: ({ refused }) =>
        refused(
          requestsFor({ identity_store_id: "d-1111111111", group_id: groupId }).first.escalate,
          notAllowed,
        ),
    },
    {
      name: "another role",
      play: ({ refused }) =>
        refused(
          requestsFor({
            identity_store_id: otherStore,
            group_id: otherGroup,
            role_arn: otherRole.replace("sym-identity-center", "admin"),
          }).first.escalate,
          /^This function is not allowed to call sts:AssumeRole/,
        ),
    },
  ],
};
