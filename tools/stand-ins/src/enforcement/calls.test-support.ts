import { createTable, startDynamoDb } from "../dynamodb/dynamodb.ts";
import { type Sandbox, startSandbox } from "../sandbox.ts";

const account = "123456789012";
const STORE = "d-1234567890";
export const role = `arn:aws:iam::${account}:role/sym-elsewhere`;
export const everything = {
  Version: "2012-10-17",
  Statement: { Effect: "Allow" as const, Action: "*", Resource: "*" },
};

/** A sandbox in front of a DynamoDB with the table `sym-leases` and its index `due`. */
export async function startSandboxWithTable() {
  const dynamoDb = await startDynamoDb();
  await createTable(dynamoDb.client, {
    TableName: "sym-leases",
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [
      { AttributeName: "pk", AttributeType: "S" },
      { AttributeName: "due", AttributeType: "S" },
    ],
    KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
    GlobalSecondaryIndexes: [
      {
        IndexName: "due",
        KeySchema: [{ AttributeName: "due", KeyType: "HASH" }],
        Projection: { ProjectionType: "KEYS_ONLY" },
      },
    ],
  });
  return { dynamoDb, sandbox: await startSandbox({ dynamoDb }) };
}

/** A request on the wire, without its signature. */
export type WireCall = {
  service: string;
  action: string;
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  body?: string;
};

/** The resources of the calls: a user and a group, in IAM and in an identity store, a secret, a role and a flag. */
export function seed(sandbox: Sandbox): { user: string; group: string; membership: string } {
  sandbox.iam.createUser("robin");
  sandbox.iam.createGroup("prod-admins", { path: "/ops/" });
  sandbox.sts.createRole(role);
  sandbox.secretsManager.putSecret("sym/token", "text");
  sandbox.appConfig.createStrategy("now0000", { duration: 0, bake: 0 });
  const place = { application: "shop123", environment: "prod123", profile: "flag123" };
  sandbox.appConfig.createFlags(place, { maintenance: { enabled: false } });
  sandbox.appConfig.finish(place);
  const store = sandbox.identityStore.store(STORE);
  const [user, group] = [store.createUser("robin"), store.createGroup("prod-admins")];
  return { user, group, membership: store.addMember("robin", "prod-admins") };
}

/** Each call that the stand-ins answer; DynamoDB's calls use the table `sym-leases`. */
export function everyCall({ user, group, membership }: ReturnType<typeof seed>): WireCall[] {
  const application = "/applications/shop123";
  const environment = `${application}/environments/prod123`;
  const versions = `${application}/configurationprofiles/flag123/hostedconfigurationversions`;
  const member = { GroupId: group, MemberId: { UserId: user } };
  const byName = (AttributePath: string, AttributeValue: string) => ({
    AlternateIdentifier: { UniqueAttribute: { AttributePath, AttributeValue } },
  });
  const start = {
    ConfigurationProfileId: "flag123",
    DeploymentStrategyId: "now0000",
    ConfigurationVersion: "1",
  };
  return [
    query("iam", "GetUser", { UserName: "robin" }),
    query("iam", "ListGroupsForUser", { UserName: "robin" }),
    query("iam", "GetGroup", { GroupName: "prod-admins" }),
    query("iam", "AddUserToGroup", { GroupName: "prod-admins", UserName: "robin" }),
    query("iam", "RemoveUserFromGroup", { GroupName: "prod-admins", UserName: "robin" }),
    query("sts", "AssumeRole", { RoleArn: role, RoleSessionName: "test" }),
    json("secretsmanager", "secretsmanager", "GetSecretValue", { SecretId: "sym/token" }),
    inStore("GetUserId", byName("userName", "robin")),
    inStore("GetGroupId", byName("displayName", "prod-admins")),
    inStore("DescribeUser", { UserId: user }),
    inStore("DescribeGroup", { GroupId: group }),
    inStore("GetGroupMembershipId", member),
    inStore("IsMemberInGroups", { GroupIds: [group], MemberId: { UserId: user } }),
    inStore("CreateGroupMembership", member),
    inStore("DeleteGroupMembership", { MembershipId: membership }),
    rest("GetEnvironment", "GET", environment),
    rest("ListDeployments", "GET", `${environment}/deployments`),
    rest("GetDeployment", "GET", `${environment}/deployments/1`),
    rest("StartDeployment", "POST", `${environment}/deployments`, start),
    rest("ListHostedConfigurationVersions", "GET", versions),
    rest("GetHostedConfigurationVersion", "GET", `${versions}/1`),
    rest("CreateHostedConfigurationVersion", "POST", versions, { flags: {}, values: {} }),
    rest("DeleteHostedConfigurationVersion", "DELETE", `${versions}/1`),
    rest("ListEnvironments", "GET", `${application}/environments`),
    ...["GetItem", "PutItem", "UpdateItem", "DeleteItem", "Scan", "DescribeTable"].map((action) =>
      table(action, {}),
    ),
    table("Query", {}),
  ];
}

/** Sends a call as the execution role. */
export async function send(sandbox: Sandbox, call: WireCall): Promise<{ status: number; text: string }> {
  const { service, method = "POST", path = "/", headers = {}, body } = call;
  const scope = `${sandbox.env.AWS_ACCESS_KEY_ID}/20300115/us-east-1/${service}/aws4_request`;
  const answer = await fetch(`${sandbox.url}${path}`, {
    method,
    headers: { authorization: `AWS4-HMAC-SHA256 Credential=${scope}, Signature=0`, ...headers },
    ...(body !== undefined && { body }),
  });
  return { status: answer.status, text: await answer.text() };
}

export function table(action: string, parameters: object): WireCall {
  return json("dynamodb", "DynamoDB_20120810", action, { TableName: "sym-leases", ...parameters });
}

export function query(service: string, action: string, parameters: Record<string, string>): WireCall {
  return { service, action, body: new URLSearchParams({ Action: action, ...parameters }).toString() };
}

function inStore(action: string, parameters: object): WireCall {
  return json("identitystore", "AWSIdentityStore", action, { IdentityStoreId: STORE, ...parameters });
}

function json(service: string, target: string, action: string, parameters: object): WireCall {
  const headers = { "x-amz-target": `${target}.${action}` };
  return { service, action, headers, body: JSON.stringify(parameters) };
}

function rest(action: string, method: string, path: string, body?: object): WireCall {
  return { service: "appconfig", action, method, path, ...(body && { body: JSON.stringify(body) }) };
}
