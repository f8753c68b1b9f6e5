import type { Exchange } from "@sym/stand-ins/kernel/record";
import { answerViolations } from "./answer.ts";
import { findOperation } from "./find-operation.ts";
import { graphqlViolations } from "./graphql.ts";
import { type Found, messageViolations } from "./message.ts";
import { requestOf } from "./request.ts";
import type { Violation } from "./violation.ts";

/** All violations of the system's description in an exchange. */
export function checkExchange(exchange: Exchange): Violation[] {
  const { system, method, path, status } = exchange;
  const describe = (operation: string, part: Violation["part"], found: Found[]): Violation[] =>
    found.map((one) => ({ system, operation, status, part, ...one }));

  if (system === "github" && /\/graphql$/.test(path))
    return graphqlViolations(exchange).flatMap(({ part, ...one }) =>
      describe("graphql", part, [{ value: "", ...one }]),
    );
  const found = findOperation(exchange);
  if (!found) {
    const asked = exchange.headers["x-amz-target"] ?? new URLSearchParams(exchange.body).get("Action");
    const says = "there is no such operation in the description: see operations.json";
    return describe(asked ?? `${method} ${path.split("?")[0]}`, "request", [{ at: "", says, value: "" }]);
  }
  const { name, operation } = found;
  return [
    ...describe(name, "request", messageViolations(system, operation, requestOf(exchange, found))),
    ...describe(name, "answer", answerViolations(exchange, found)),
  ];
}
