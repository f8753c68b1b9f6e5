import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["packages/*/{src,sim}/**/*.test.ts", "handlers/*/src/**/*.test.ts"],
    exclude: ["packages/infra/**", "**/node_modules/**"], // `npm run test:infra`.
    globalSetup: "packages/workspace/src/test-run/check-logs.ts",
    setupFiles: "packages/workspace/src/test-run/record-file.ts",
    testTimeout: 60_000,
  },
});
