import { SymError } from "@sym/lambda-core";

/** The kind of `outOfTime`, after which the access may have changed. */
export const lateKind = "out-of-time";

export function outOfTime(): SymError {
  return new SymError("The target system did not answer in time; the access may or may not have changed", {
    reason: "unavailable",
    kind: lateKind,
  });
}
