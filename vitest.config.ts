import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{examples,handlers,packages,tools}/*/{src,sandbox}/**/*.test.ts"],
    exclude: ["tools/infra-tests/**", "**/node_modules/**"], // `npm run test:infra`.
    globalSetup: [
      "tools/workspace/src/test-run/build-first.ts",
      "tools/workspace/src/test-run/check-records.ts",
    ],
    setupFiles: "tools/workspace/src/test-run/record-file.ts",
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Most tests wait for processes and servers that they started.
    maxWorkers: 4,
  },
});
