// Copies a handler under a new name: its folder, its two Terraform files, and a line in each of Terraform's two lists.
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { UsageError } from "@sym/command-line/usage-error";
import { apply } from "./new-handler/apply.ts";
import { copyHandler, type Files, format, withoutUnused } from "./new-handler/files.ts";
import { addToLists } from "./new-handler/lists.ts";
import { namesOf, refuseTaken, sourceOf } from "./new-handler/names.ts";
import { copyTerraform } from "./new-handler/terraform.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));

const usage = `Makes a new handler: copies an existing handler under a new name.

  npm run new-handler -- <name> [--from <handler>]

--from names the handler to copy. The default is the smallest example,
examples/door-badge.

  npm run new-handler -- okta-group
`;

try {
  const { name, from, help } = readCommand(process.argv.slice(2));
  if (!help) create(name, from);
  process.stdout.write(help ? usage : report(name, from));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}

function readCommand(args: string[]) {
  // `pnpm <script> -- ...` passes the dashes on, `npm run <script> -- ...` does not.
  const own = args[0] === "--" ? args.slice(1) : args;
  const { values, positionals } = parse(own);
  const [name = "", ...rest] = positionals;
  if (!values.help && (name === "" || rest.length > 0))
    throw new UsageError("Give one name for the new handler, such as npm run new-handler -- okta-group.");
  return { name, from: values.from, help: values.help };
}

function parse(args: string[]) {
  try {
    const options = { from: { type: "string" }, help: { type: "boolean", short: "h" } } as const;
    return parseArgs({ args, options, allowPositionals: true });
  } catch {
    throw new UsageError(`Unknown arguments "${args.join(" ")}": see npm run new-handler -- --help.`);
  }
}

function create(name: string, handler: string | undefined): void {
  const to = namesOf(name);
  const source = sourceOf(root, handler);
  refuseTaken(root, source, to);
  const folder = `handlers/${to.kebab}`;
  const copy = copyHandler(root, source, to);
  const isCode = (file: string) => file.endsWith(".ts");
  const code = Object.entries(copy).flatMap(([file, text]) => (isCode(file) ? [text] : []));
  const files: Files = {
    ...copy,
    [`${folder}/package.json`]: withoutUnused(copy[`${folder}/package.json`] ?? "{}", code),
    ...copyTerraform(root, source, to),
    ...addToLists(root, to),
  };
  for (const [file, text] of Object.entries(copy)) if (isCode(file)) files[file] = format(root, file, text);
  apply(root, folder, files);
}

function report(name: string, from = "examples/door-badge"): string {
  return `handlers/${name} is a copy of ${from}, and passes the checks and the conformance suite unchanged:

  npm run check
  npm test -- handlers/${name}

Three places to change, then run the same commands again:

  handlers/${name}/src/resolve.ts
      finds the requester and the target's resource in your system
  handlers/${name}/src/${name}.ts
      reads, grants and restores the access with your system's API
  handlers/${name}/sandbox/conformance.ts
      how the suite seeds and reads your system; memorySystem of @sym/conformance can stand in for it

infra/aws/${name}.tf and infra/sym/${name}.tf deploy the handler; they name the variables of the environment and the
settings of a target, so change these names there, too. docs/fork-a-handler.md does all of this with an example.
`;
}
