import { expect, test } from "vitest";
import { declaredErrors } from "./declared-errors.ts";

test("an operation's errors come with their status, where the model has none by AWS's protocol", () => {
  expect(declaredErrors("iam", "AddUserToGroup")).toEqual([
    "409 LimitExceeded",
    "404 NoSuchEntity",
    "500 ServiceFailure",
  ]);
  expect(declaredErrors("identitystore", "DeleteGroupMembership")).toContain("400 ConflictException");
});

test("an operation without a description is no operation without errors", () => {
  expect(() => declaredErrors("iam", "CreateUser")).toThrow("no description of iam CreateUser");
});
