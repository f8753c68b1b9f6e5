import { commonScenes, throttled } from "@sym/infra-tests/least-privilege/common-scenes";
import { requestedBy, requestsFor, robin, type Story } from "@sym/infra-tests/least-privilege/story";
import type { PolicyDocument } from "@sym/stand-ins/enforcement/policy";
import type { Sandbox } from "@sym/stand-ins/sandbox";

const elsewhere = "210987654321";
const otherRole = `arn:aws:iam::${elsewhere}:role/sym-iam-group`;
const target = { group_name: "prod-admins" };
const here = requestsFor(target);
const there = requestsFor({ ...target, role_arn: otherRole });
const standing = ({ iam }: Sandbox) => iam.addMember(robin, "prod-admins");

/** The policy of the role in the other account, by the handler's README. */
const otherPolicy: PolicyDocument = {
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Action: ["iam:AddUserToGroup", "iam:RemoveUserFromGroup", "iam:GetGroup"],
      Resource: `arn:aws:iam::${elsewhere}:group/prod-admins`,
    },
    {
      Effect: "Allow",
      Action: ["iam:GetUser", "iam:ListGroupsForUser"],
      Resource: `arn:aws:iam::${elsewhere}:user/*`,
    },
  ],
};

export const story: Story = {
  handler: "iam-group",
  variable: () => ({ group_arns: ["arn:aws:iam::123456789012:group/prod-admins"], role_arns: [otherRole] }),
  target,
  environment: () => ({}),
  seed({ iam, sts }) {
    for (const account of [iam, iam.account(elsewhere)]) {
      account.createUser(robin);
      account.createGroup("prod-admins");
      account.createGroup("prod-auditors");
    }
    sts.createRole(otherRole);
    sts.createRole(otherRole.replace("sym-iam-group", "admin"));
  },
  holds: ({ iam }) => iam.members("prod-admins"),
  otherRoles: { [otherRole]: [otherPolicy] },
  scenes: [
    ...commonScenes("IAM group", here, standing),
    throttled("IAM group", here, ["GetGroup", "AddUserToGroup", "RemoveUserFromGroup", "PutItem"]),
    {
      name: "IAM group: a user who does not exist is refused",
      play: ({ refused }) =>
        refused(
          requestedBy(here.first.escalate, "nobody@example.com"),
          /^IAM user nobody@example\.com does not exist/,
        ),
    },
    {
      name: "IAM group: a group that is gone is refused",
      async play({ sandbox, refused }) {
        sandbox.iam.deleteGroup("prod-admins");
        await refused(here.first.escalate, /^IAM group prod-admins .* does not exist/);
      },
    },
    {
      name: "IAM group: a user with a new name is still taken out",
      async play({ sandbox, act }) {
        await act(here.first.escalate, "granted");
        sandbox.iam.renameUser(robin, "robin.renamed@example.com");
        await act(here.first.deescalate, "revoked");
      },
    },
    {
      name: "IAM group in another account: granted and revoked",
      async play({ act }) {
        await act(there.first.escalate, "granted");
        await act(there.first.deescalate, "revoked");
      },
    },
  ],
  neighbours: [
    {
      name: "another group",
      play: ({ refused }) =>
        refused(
          requestsFor({ group_name: "prod-auditors" }).first.escalate,
          /^This function is not allowed to call iam:/,
        ),
    },
    {
      name: "another role",
      play: ({ refused }) =>
        refused(
          requestsFor({ group_name: "prod-admins", role_arn: otherRole.replace("sym-iam-group", "admin") })
            .first.escalate,
          /^This function is not allowed to call sts:AssumeRole/,
        ),
    },
    {
      name: "a group with a new name",
      async play({ sandbox, act, refused }) {
        await act(here.first.escalate, "granted");
        sandbox.iam.renameGroup("prod-admins", "prod-owners");
        await refused(
          here.first.deescalate,
          /^This function is not allowed to call iam:.*; until then the access may remain$/,
        );
      },
    },
  ],
};
