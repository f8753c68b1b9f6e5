import { defineConfig } from "vitest/config";

// The tests of the folder `tests` are not part of `npm test`: they clone and build the commit before.
export default defineConfig({
  test: {
    root: import.meta.dirname,
    globalSetup: ["../workspace/src/test-run/build-first.ts", "./tests/two-versions.ts"],
    include: ["tests/**/*.test.ts"],
    testTimeout: 10 * 60_000,
    hookTimeout: 10 * 60_000,
    expect: { poll: { timeout: 60_000 } },
    maxWorkers: 2,
  },
});
