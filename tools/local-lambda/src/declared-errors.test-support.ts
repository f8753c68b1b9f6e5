// Each error that AWS declares for a call, answered by AWS: it has a sentence of its own.
import { type HttpReply, startInBetween } from "@sym/stand-ins/in-between";
import { expect, test } from "vitest";
import type { Overheard } from "./foreign-answers.test-support.ts";
import { passTime } from "./table-time.ts";

/** By service: the calls that functions make, and the errors that botocore 1.43.11 has for each in the service's model. */
export const declaredErrors: Record<string, Record<string, string[]>> = {
  iam: {
    GetUser: ["NoSuchEntity", "ServiceFailure"],
    GetGroup: ["NoSuchEntity", "ServiceFailure"],
    ListGroupsForUser: ["NoSuchEntity", "ServiceFailure"],
    AddUserToGroup: ["NoSuchEntity", "LimitExceeded", "ServiceFailure"],
    RemoveUserFromGroup: ["NoSuchEntity", "LimitExceeded", "ServiceFailure"],
  },
  sts: {
    AssumeRole: [
      "MalformedPolicyDocument",
      "PackedPolicyTooLarge",
      "RegionDisabledException",
      "ExpiredTokenException",
    ],
  },
  secretsmanager: {
    GetSecretValue: [
      "ResourceNotFoundException",
      "InvalidParameterException",
      "InvalidRequestException",
      "DecryptionFailure",
      "InternalServiceError",
    ],
  },
  identitystore: {
    ...ofIdentityStore(["IsMemberInGroups", "DescribeGroup", "DescribeUser", "GetGroupMembershipId"]),
    ...ofIdentityStore(["GetUserId", "GetGroupId"]),
    ...ofIdentityStore(["DeleteGroupMembership"], ["ConflictException"]),
    ...ofIdentityStore(["CreateGroupMembership"], ["ConflictException", "ServiceQuotaExceededException"]),
  },
  dynamodb: {
    GetItem: ofDynamoDb(),
    Query: ofDynamoDb(),
    PutItem: ofDynamoDb(writes()),
    UpdateItem: ofDynamoDb(writes()),
  },
};

function ofIdentityStore(calls: string[], more: string[] = []): Record<string, string[]> {
  const all = [
    "ResourceNotFoundException",
    "ThrottlingException",
    "AccessDeniedException",
    "InternalServerException",
    "ValidationException",
    ...more,
  ];
  return Object.fromEntries(calls.map((call) => [call, all]));
}

function ofDynamoDb(more: string[] = []): string[] {
  return [
    "ProvisionedThroughputExceededException",
    "ResourceNotFoundException",
    "RequestLimitExceeded",
    "InternalServerError",
    "ThrottlingException",
    ...more,
  ];
}

function writes(): string[] {
  return [
    "ConditionalCheckFailedException",
    "ItemCollectionSizeLimitExceededException",
    "TransactionConflictException",
    "ReplicatedWriteConflictException",
  ];
}

const ownWords = "AWS's own words for it";

function replyOf(service: string, code: string): HttpReply {
  const status = /^(Internal|ServiceFailure)/.test(code) ? 500 : 400;
  const id = { "x-amzn-requestid": "11111111-2222-4333-8444-555555555555" };
  if (service !== "iam" && service !== "sts")
    return { status, headers: id, body: JSON.stringify({ __type: code, message: ownWords }) };
  const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${ownWords}</Message></Error>`;
  return {
    status,
    headers: { ...id, "content-type": "text/xml" },
    body: `<ErrorResponse>${error}</ErrorResponse>`,
  };
}

type Play = (
  between: Awaited<ReturnType<typeof startInBetween>>,
  act: (overheard: Omit<Overheard, "state">) => Promise<void>,
) => Promise<void>;

/** One test for each call of a service: every declared error meets the escalate and the deescalate of a request. */
export function testDeclaredErrors(service: keyof typeof declaredErrors, play: Play): void {
  for (const [call, codes] of Object.entries(declaredErrors[service] ?? {}))
    test(`each error that AWS declares for ${service}:${call} has a sentence of its own`, async () => {
      const between = await startInBetween();
      try {
        await play(between, async ({ dynamoDb, send, fresh, event }) => {
          for (const [number, code] of codes.entries()) {
            const reply = replyOf(service, code);
            const isStart = call === "AssumeRole" || call === "GetSecretValue";
            const sendIt = isStart ? fresh() : send;
            for (const type of ["escalate", "deescalate"] as const) {
              between.answer(call, reply);
              const { answer } = await sendIt(event(type, number));
              between.answer(call, undefined);
              expect(JSON.stringify(answer), code).not.toMatch(
                /Something unexpected|AWS's own words|not one of/,
              );
            }
            await passTime(dynamoDb, 600_000);
            await send(event("deescalate", number));
            await passTime(dynamoDb, 600_000);
            await send({ event: { type: "sweep" } });
          }
        });
      } finally {
        await between.close();
      }
    }, 120_000);
}
