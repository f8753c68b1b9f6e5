import { createHash } from "node:crypto";
import { AwsError } from "../aws/aws-error.ts";
import { awsId } from "../aws/aws-id.ts";
import {
  constraintError,
  type QueryParameters,
  queryService,
  requireParameter,
  type Xml,
} from "../aws/query-protocol.ts";
import type { Caller, Service } from "../aws/service.ts";
import { record } from "../kernel/record.ts";

/** One set of temporary credentials; `expiresAt` is an ISO time. */
type StsSession = {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  roleArn: string;
  sessionName: string;
  expiresAt: string;
};

export type StsState = { roles: string[]; sessions: StsSession[] };

/** The assumable roles, and their sessions. */
export type Sts = {
  /** From now on any caller can assume the role, in the account of the ARN. */
  createRole(arn: string): void;
  sessions(): { roleArn: string; sessionName: string }[];
  /** Expires every session. */
  expireSessions(): void;
};

export function stsWorld(state: () => StsState): Sts {
  return {
    createRole: (arn) => {
      requireRoleArn(arn);
      if (!state().roles.includes(arn)) state().roles.push(arn);
    },
    sessions: () => state().sessions.map(({ roleArn, sessionName }) => ({ roleArn, sessionName })),
    expireSessions: () => {
      for (const session of state().sessions) session.expiresAt = new Date(0).toISOString();
    },
  };
}

/** STS's wire API. https://docs.aws.amazon.com/STS/latest/APIReference/welcome.html */
export function stsService(state: () => StsState): Service {
  return queryService("2011-06-15", "https://sts.amazonaws.com/doc/2011-06-15/", {
    AssumeRole: (parameters, caller) => assumeRole(state(), parameters, caller),
    GetCallerIdentity: (_parameters, caller) => ({
      UserId: caller.userId,
      Account: caller.account,
      Arn: caller.arn,
    }),
  });
}

/** The caller of temporary credentials: `InvalidClientTokenId` if unknown, `ExpiredToken` if expired. */
export function sessionCaller(state: StsState, accessKeyId: string, sessionToken: unknown): Caller {
  const session = state.sessions.find((one) => one.accessKeyId === accessKeyId);
  if (session?.sessionToken !== sessionToken || !session) {
    throw new AwsError(403, "InvalidClientTokenId", "The security token included in the request is invalid.");
  }
  if (Date.parse(session.expiresAt) <= Date.now()) {
    throw new AwsError(403, "ExpiredToken", "The security token included in the request is expired");
  }
  return roleCaller(session.roleArn, session.sessionName);
}

/** The caller in a role's session: the ARN drops the role's path, and the account is the role's. */
export function roleCaller(roleArn: string, sessionName: string): Caller {
  const account = roleArn.split(":")[4] ?? "";
  const roleName = roleArn.split("/").at(-1);
  return {
    account,
    arn: `arn:aws:sts::${account}:assumed-role/${roleName}/${sessionName}`,
    userId: `${awsId("AROA", 17, roleArn)}:${sessionName}`,
    roleArn,
  };
}

function assumeRole(state: StsState, parameters: QueryParameters, caller: Caller): Xml {
  const roleArn = requireParameter(parameters, "RoleArn");
  const sessionName = requireParameter(parameters, "RoleSessionName");
  requireRoleArn(roleArn);
  requireSessionName(sessionName);
  const seconds = readDuration(parameters["DurationSeconds"]);
  if (!state.roles.includes(roleArn)) {
    const message = `User: ${caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`;
    throw new AwsError(403, "AccessDenied", message);
  }
  const session = startSession(state, roleArn, sessionName, seconds);
  const role = roleCaller(roleArn, sessionName);
  return {
    AssumedRoleUser: { AssumedRoleId: role.userId, Arn: role.arn },
    Credentials: {
      AccessKeyId: session.accessKeyId,
      SecretAccessKey: session.secretAccessKey,
      SessionToken: session.sessionToken,
      Expiration: session.expiresAt,
    },
  };
}

function startSession(state: StsState, roleArn: string, sessionName: string, seconds: number): StsSession {
  const accessKeyId = awsId("ASIA", 16, roleArn, state.sessions.length);
  const session = {
    accessKeyId,
    secretAccessKey: digest(`secret of ${accessKeyId}`).slice(0, 40),
    sessionToken: digest(`token of ${accessKeyId}`),
    roleArn,
    sessionName,
    expiresAt: new Date(Date.now() + seconds * 1000).toISOString(),
  };
  record({ secret: session.secretAccessKey }, { secret: session.sessionToken });
  state.sessions.push(session);
  return session;
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("base64");
}

function requireRoleArn(arn: string): void {
  if (/^arn:aws:iam::\d{12}:role\/[\w+=,.@/-]+$/.test(arn)) return;
  throw new AwsError(400, "ValidationError", `${arn} is invalid`);
}

function requireSessionName(name: string): void {
  if (/^[\w+=,.@-]{2,64}$/.test(name)) return;
  const pattern = "Member must satisfy regular expression pattern: [\\w+=,.@-]*";
  throw constraintError("roleSessionName", name, pattern);
}

// The caller is itself a role, and AWS caps role chaining at one hour.
function readDuration(text = "3600"): number {
  const seconds = Number(text);
  if (!Number.isInteger(seconds) || seconds < 900) {
    throw constraintError("durationSeconds", text, "Member must have value greater than or equal to 900");
  }
  if (seconds <= 3600) return seconds;
  const message =
    "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.";
  throw new AwsError(400, "ValidationError", message);
}
