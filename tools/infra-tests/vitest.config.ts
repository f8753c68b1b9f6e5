import { defineConfig } from "vitest/config";

// These tests are not part of `npm test`: they need Terraform, moto and the AWS provider, and take minutes.
export default defineConfig({
  test: {
    root: import.meta.dirname,
    globalSetup: "../workspace/src/test-run/build-first.ts",
    include: ["src/**/*.test.ts"],
    // The time limit of a Terraform command is shorter, so that its error names the stuck command.
    testTimeout: 20 * 60_000,
    hookTimeout: 20 * 60_000,
    // Each test file has its own moto and Terraform folder, and mostly waits for both.
    maxWorkers: 3,
  },
});
