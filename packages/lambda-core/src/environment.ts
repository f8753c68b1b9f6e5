/** The environment variables of the function. An empty variable counts as unset. */
export type FunctionEnvironment = Record<string, string | undefined>;
