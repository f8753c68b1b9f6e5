import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** The tests of each package, from the quickest to the slowest: the first failing test kills the mutant. */
const killers = {
  "lambda-core": ["refusals", "sentences", "handler", "handler-sweep", "event-line", "handler-fuzz"].map(
    (subject) => `packages/lambda-core/src/${subject}.test.ts`,
  ),
  leases: [
    ...[
      "decisions",
      "ends",
      "states",
      "transitions",
      "items",
      "lease",
      "answers",
      "rounds",
      "shared-table",
    ].map((subject) => `packages/leases/src/${subject}.test.ts`),
    "tools/mutation/killers/simulation.test.ts",
  ],
};
const chosen = process.env["MUTATED_PACKAGE"] === "lambda-core" ? killers["lambda-core"] : killers.leases;

class QuickestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => chosen.indexOf(relative(root, moduleId));
    return files.toSorted((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  // Stryker mutates a copy of the workspace. The links in the copy's node_modules lead to the original.
  resolve: {
    alias: [
      { find: /^@sym\/(lambda-core|leases)$/, replacement: `${root}packages/$1/src/index.ts` },
      { find: /^@sym\/(lambda-core|leases)\/(.*)$/, replacement: `${root}packages/$1/src/$2.ts` },
      { find: /^@sym\/simulation\/(.*)$/, replacement: `${root}tools/simulation/src/$1.ts` },
    ],
  },
  test: {
    root,
    include: chosen,
    sequence: { sequencer: QuickestFirst },
    silent: true,
    env: { FUZZ_RUNS: "100" },
  },
});
