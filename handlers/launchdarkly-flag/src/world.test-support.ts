import { fixtureOf } from "@sym/local-lambda/function-fixture.test-support";

export {
  type FunctionFixture as FlagFixture,
  requests,
  robin,
  sam,
  sweep,
  withRun,
} from "@sym/local-lambda/function-fixture.test-support";

export const inSandbox = fixtureOf(new URL("../dist/index.cjs", import.meta.url));
