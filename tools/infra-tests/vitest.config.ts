import { defineConfig } from "vitest/config";

// Apart from `npm test`, because these need Terraform, moto and the AWS provider, and take minutes.
export default defineConfig({
  test: {
    root: import.meta.dirname,
    globalSetup: "../workspace/src/test-run/build-first.ts",
    include: ["src/**/*.test.ts"],
    // A command of Terraform that is stuck ends before, and its error says where.
    testTimeout: 20 * 60_000,
    hookTimeout: 20 * 60_000,
    // Each has a moto and a folder of Terraform of its own, and mostly waits for them.
    maxWorkers: 3,
  },
});
