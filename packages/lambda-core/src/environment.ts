/** The environment variables of the function. An empty one counts as not set. */
export type FunctionEnvironment = Record<string, string | undefined>;
