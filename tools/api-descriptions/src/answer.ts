import type { Exchange } from "@sym/stand-ins/kernel/record";
import { awsErrorViolations } from "./aws-error.ts";
import { githubStatuses, launchDarklyStatuses } from "./common-answers.ts";
import { descriptionOf, type Message } from "./description.ts";
import type { FoundOperation } from "./find-operation.ts";
import { type Found, messageViolations } from "./message.ts";
import { readJson } from "./request.ts";
import { typed } from "./typed.ts";
import { readXml } from "./xml.ts";

/** Violations in an answer: its status, the code of an error, its headers and its body. */
export function answerViolations(exchange: Exchange, found: FoundOperation): Found[] {
  const { system, status, answerHeaders } = exchange;
  const { protocol } = descriptionOf(system);
  if (protocol && status >= 300) return awsErrorViolations(exchange, found);
  const listed = found.operation.responses[status];
  const common = commonAnswer(system, status);
  // GitHub's description lists some errors without the body that every error has.
  const message = status >= 400 && listed?.body === undefined ? (common ?? listed) : listed;
  if (!message) {
    const statuses = Object.keys(found.operation.responses).join(", ");
    return [{ at: "status", says: `the description lists ${statuses}`, value: String(status) }];
  }
  const body =
    protocol === "query" ? xmlResult(exchange, found) : message.raw ? undefined : readJson(exchange.answer);
  return messageViolations(system, message, { path: {}, query: {}, header: answerHeaders, body });
}

const githubError: Message = { body: { $ref: "#/schemas/basic-error" } };
const launchDarklyError: Message = { body: { $ref: "#/schemas/InvalidRequestErrorRep" } };

function commonAnswer(system: string, status: number): Message | undefined {
  if (system === "github" && githubStatuses.includes(status)) return githubError;
  if (system === "launchdarkly" && launchDarklyStatuses.includes(status)) return launchDarklyError;
  return undefined;
}

/** In XML, the result is an element of the answer: `GetUserResult` in `GetUserResponse`. */
function xmlResult({ system, answer }: Exchange, { name, operation }: FoundOperation): unknown {
  const { body } = operation.responses[200] ?? {};
  const { [`${name}Response`]: response } = readXml(answer);
  if (response === undefined) return answer;
  const result =
    typeof response === "object" && !Array.isArray(response) ? response[`${name}Result`] : undefined;
  return body && result !== undefined ? typed(descriptionOf(system), body, result) : undefined;
}
