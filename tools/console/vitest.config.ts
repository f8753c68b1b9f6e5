import { defineConfig } from "vitest/config";

// These tests are not part of `npm test`: most of them need Chromium.
export default defineConfig({
  test: {
    root: import.meta.dirname,
    globalSetup: ["../workspace/src/test-run/build-first.ts"],
    include: ["tests/**/*.test.ts"],
    testTimeout: 5 * 60_000,
    hookTimeout: 5 * 60_000,
    expect: { poll: { timeout: 60_000 } },
    maxWorkers: 2,
  },
});
