import type { Exchange } from "@sym/stand-ins/kernel/record";
import { awsErrors } from "./common-answers.ts";
import { descriptionOf } from "./description.ts";
import type { FoundOperation } from "./find-operation.ts";
import { type Found, valueViolations } from "./message.ts";
import { readJson } from "./request.ts";
import { readXml } from "./xml.ts";

/** An error must be declared for the operation, or be common, with the status and the members of the model. */
export function awsErrorViolations(exchange: Exchange, { operation }: FoundOperation): Found[] {
  const { system, status } = exchange;
  const { code, members } = readError(exchange);
  const declared =
    operation.errors && Object.hasOwn(operation.errors, code) ? operation.errors[code] : undefined;
  const statuses = declared
    ? [declared.status]
    : Object.hasOwn(awsErrors, code)
      ? awsErrors[code]
      : undefined;
  if (!statuses) {
    const listed = Object.keys(operation.errors ?? {}).join(", ") || "none";
    return [{ at: "error", says: `is not among the operation's errors (${listed})`, value: code }];
  }
  const wrong = { at: `status of ${code}`, says: `must be ${statuses.join(" or ")}`, value: String(status) };
  const inMembers = declared ? valueViolations(system, declared.body, members, "") : [];
  return [...(statuses.includes(status) ? [] : [wrong]), ...inMembers];
}

/** The members of the error's shape. Each protocol has its own form for the code and the message. */
function readError({ system, answer, answerHeaders }: Exchange) {
  if (descriptionOf(system).protocol === "query") {
    const { ErrorResponse } = readXml(answer) as { ErrorResponse?: { Error?: { Code?: string } } };
    return { code: ErrorResponse?.Error?.Code ?? "no code at all", members: {} };
  }
  const { __type, Message: _, message: __, ...members } = Object(readJson(answer)) as Record<string, unknown>;
  const named = String(answerHeaders["x-amzn-errortype"] ?? __type ?? "no code at all");
  // `com.amazonaws.dynamodb.v20120810#ThrottlingException`, or with `:http://...` after the name.
  return { code: named.replace(/^.*#/, "").replace(/:.*$/, ""), members };
}
