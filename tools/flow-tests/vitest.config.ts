import { defineConfig } from "vitest/config";

// These tests are not part of `npm test`: they need Terraform, moto with its executor of state machines, and the AWS provider.
export default defineConfig({
  test: {
    root: import.meta.dirname,
    globalSetup: ["../workspace/src/test-run/build-first.ts", "./src/moto-install.ts"],
    include: ["src/**/*.test.ts"],
    testTimeout: 20 * 60_000,
    hookTimeout: 20 * 60_000,
    maxWorkers: 2,
  },
});
