import { defineConfig } from "vitest/config";

// Apart from `npm test`, because these install and check a copy of the workspace, and take minutes.
export default defineConfig({
  test: {
    root: `${import.meta.dirname}/..`,
    include: ["fork/*.test.ts"],
    testTimeout: 900_000,
    hookTimeout: 900_000,
    // Each has a copy of the workspace of its own.
    maxWorkers: 2,
  },
});
