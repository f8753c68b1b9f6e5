import { isObject } from "@sym/test-payloads/payload-fields";

/**
 * The part of a handler's answer that Sym and people see. Independent of lambda-core: a stand-in for Sym trusts no
 * handler. `version`: of the bundle, in the answers to a plan and to a check.
 */
export type SymAnswer = { body: { message: string; outcome: string; version?: string }; errors: string[] };

/** The answer, if Sym can read its shape; undefined for any other payload, which Sym would treat as a success. */
export function readAnswer(payload: unknown): SymAnswer | undefined {
  if (!isObject(payload) || !isObject(payload["body"]) || !Array.isArray(payload["errors"])) return undefined;
  const { message, outcome, version } = payload["body"];
  if (typeof message !== "string" || typeof outcome !== "string") return undefined;
  const named = typeof version === "string" ? { version } : {};
  return { body: { message, outcome, ...named }, errors: payload["errors"].map(String) };
}

/** Lambda's description of an invocation that ended without an answer: `Sandbox.Timedout: ...`. */
export function describeFunctionError(payload: unknown): string {
  if (!isObject(payload)) return "the function ended without an answer";
  return `${payload["errorType"] ?? "Error"}: ${payload["errorMessage"] ?? "no message"}`;
}
