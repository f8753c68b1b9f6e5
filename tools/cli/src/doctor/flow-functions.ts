// The functions of the flow, which infra/flow makes: `<name_prefix>-flow-<export>`.

/** The folder with the bundle of each function, by the name of the export. */
const folders: Record<string, string> = {
  plan: "packages/flow-functions",
  ask: "packages/flow-functions",
  escalate: "packages/flow-functions",
  hold: "packages/flow-functions",
  deescalate: "packages/flow-functions",
  watchman: "packages/flow-functions",
  api: "packages/flow-functions",
  slack: "packages/slack-door",
};

/** The folder with the bundle of a function of the flow; undefined for the name of another function. */
export function flowFolderOf(functionName: string): string | undefined {
  const [, exported = ""] = /-flow-([a-z]+)$/.exec(functionName) ?? [];
  return Object.hasOwn(folders, exported) ? folders[exported] : undefined;
}

/** The names of the functions of a deployment's flow. `sym-flow-flow-api` is of the prefix `sym-flow`, and not of `sym`. */
export function flowFunctionsOf(prefix: string, names: string[]): string[] {
  const own = Object.keys(folders).map((exported) => `${prefix}-flow-${exported}`);
  return names.filter((name) => own.includes(name)).sort();
}
