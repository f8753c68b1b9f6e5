import { expect, test } from "vitest";
import { declaredErrors } from "./declared-errors.ts";

test("an operation's errors have a status, also if the model leaves the status to AWS's protocol", () => {
  expect(declaredErrors("iam", "AddUserToGroup")).toEqual([
    "409 LimitExceeded",
    "404 NoSuchEntity",
    "500 ServiceFailure",
  ]);
  expect(declaredErrors("identitystore", "DeleteGroupMembership")).toContain("400 ConflictException");
});

test("an operation without a description is an error", () => {
  expect(() => declaredErrors("iam", "CreateUser")).toThrow("no description of iam CreateUser");
});
