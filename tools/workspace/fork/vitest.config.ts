import { defineConfig } from "vitest/config";

// These tests are not part of `npm test`: they install and check a copy of the workspace, and take minutes.
export default defineConfig({
  test: {
    root: `${import.meta.dirname}/..`,
    include: ["fork/*.test.ts"],
    testTimeout: 900_000,
    hookTimeout: 900_000,
    // Each test file has its own copy of the workspace.
    maxWorkers: 2,
  },
});
