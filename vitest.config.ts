import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{examples,handlers,packages,tools}/*/{src,sandbox}/**/*.test.ts"],
    exclude: ["tools/{infra,flow}-tests/**", "**/node_modules/**"], // `npm run test:infra` and `npm run test:flow`.
    globalSetup: [
      "tools/workspace/src/test-run/build-first.ts",
      "tools/workspace/src/test-run/check-records.ts",
    ],
    setupFiles: "tools/workspace/src/test-run/record-file.ts",
    // For a busy machine: some tests start a process for each of hundreds of events, or a server with its database.
    testTimeout: 10 * 60_000,
    hookTimeout: 10 * 60_000,
    expect: { poll: { timeout: 60_000 } },
    // Most tests wait for processes and servers that they started.
    maxWorkers: 4,
  },
});
