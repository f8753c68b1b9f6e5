import { findTools, type Tools } from "@sym/infra-tests/tools";
import { expect, test } from "vitest";
import { findPython } from "./moto-install.ts";

/**
 * The tools of infra's tests, and a Python with moto's executor of state machines. Undefined if a tool is missing: the run then prints
 * the reason, and with `CI` set a test fails.
 */
export function findFlowTools(): Tools | undefined {
  const tools = findTools();
  const python = findPython();
  test.runIf(process.env["CI"])("Python with the executor of state machines is installed in CI", () => {
    expect(python).toBeDefined();
  });
  return tools && python !== undefined ? { ...tools, python } : undefined;
}
