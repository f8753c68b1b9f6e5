import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["packages/*/{src,sim}/**/*.test.ts", "handlers/*/src/**/*.test.ts"],
    testTimeout: 60_000,
  },
});
