import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { UsageError } from "@sym/command-line/usage-error";

/** The three spellings of a handler's name: `okta-group`, `okta_group` and `oktaGroup`. */
export type Names = { kebab: string; snake: string; camel: string };

/** Reserved names of Terraform variables, and reserved words of JavaScript. */
const reserved =
  "source version providers count for-each lifecycle depends-on locals arguments async await break case catch class " +
  "const continue debugger default delete do else enum eval export extends false finally for function if implements " +
  "import in instanceof interface let new null package private protected public return static super switch this " +
  "throw true try typeof undefined var void while with yield";

// infra/modules/handler allows 50 characters: at most 21 for name_prefix, one for the hyphen, and 28 for the name.
const longest = 28;

/** The spellings of a name. Throws unless the name is valid in npm, Terraform, Lambda and TypeScript. */
export function namesOf(name: string): Names {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name))
    throw new UsageError(
      `"${name}" cannot be the name of a handler. Use small letters, digits and single hyphens, and begin with a letter, as in okta-group.`,
    );
  if (name.length > longest)
    throw new UsageError(
      `"${name}" has ${name.length} characters. Use at most ${longest}, to leave room for the prefix of the function's name.`,
    );
  if (reserved.split(" ").includes(name))
    throw new UsageError(
      `"${name}" is a reserved word of TypeScript or Terraform. Choose another name, such as ${name}-access.`,
    );
  const camel = name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  return { kebab: name, snake: name.replaceAll("-", "_"), camel };
}

/** The handler to copy: its folder, and the two Terraform files of its deployment. */
export type Source = { folder: string; names: Names; aws: string; sym: string };

const example = "door-badge";

/** The named handler, or the smallest example, `door-badge`. */
export function sourceOf(root: string, handler: string | undefined): Source {
  if (handler === undefined) {
    const folder = `examples/${example}`;
    const names = namesIn(root, folder, example);
    return { folder, names, aws: `${folder}/infra/aws.tf`, sym: `${folder}/infra/sym.tf` };
  }
  const handlers = readdirSync(path.join(root, "handlers"));
  if (!handlers.includes(handler))
    throw new UsageError(`No handler "${handler}" exists to copy. Choose from: ${handlers.join(", ")}.`);
  if (!handler.includes("-"))
    throw new UsageError(
      `"${handler}" cannot be copied, because the package's name and a variable's name look the same in one word. Copy a handler with a hyphen in its name, such as iam-group.`,
    );
  const folder = `handlers/${handler}`;
  const names = namesIn(root, folder, handler);
  return { folder, names, aws: `infra/aws/${handler}.tf`, sym: `infra/sym/${handler}.tf` };
}

/** The spellings of a handler's name. The exported name can differ from the folder's: `gitHubTeam`. */
function namesIn(root: string, folder: string, handler: string): Names {
  const index = readFileSync(path.join(root, folder, "src", "index.ts"), "utf8");
  const camel = new RegExp(`import \\{ (\\w+) \\} from "\\./${handler}\\.ts"`).exec(index)?.[1];
  if (!camel)
    throw new UsageError(
      `${folder}/src/index.ts does not import exactly one name from ./${handler}.ts, so the handler cannot be copied.`,
    );
  return { kebab: handler, snake: handler.replaceAll("-", "_"), camel };
}

/** Throws if the name is in use: as a package, or as a word of the copied code. */
export function refuseTaken(root: string, { folder, names }: Source, name: Names): void {
  const folders = ["handlers", "packages", "tools"].map((parent) => `${parent}/${name.kebab}`);
  const taken = folders.find((one) => existsSync(path.join(root, one)));
  if (taken)
    throw new UsageError(
      `"${name.kebab}" is taken: ${taken} exists. Choose another name, or remove ${taken}.`,
    );
  if (name.kebab === names.kebab) return;
  const source = path.join(root, folder, "src");
  const word = new RegExp(`\\b${name.camel}\\b`);
  const user = readdirSync(source).find(
    (file) => file === `${name.kebab}.ts` || word.test(readFileSync(path.join(source, file), "utf8")),
  );
  if (user)
    throw new UsageError(
      `"${name.kebab}" is taken: ${folder}/src/${user} uses this name. Choose another name.`,
    );
}

/** Replaces a handler's name with another in a text. Longer words, such as `iam-groups`, stay unchanged. */
export function rename(text: string, from: Names, to: Names): string {
  const kebab = new RegExp(`(?<![a-z0-9]|[a-z0-9]-)(sym-)?${from.kebab}(?![a-z0-9])`, "g");
  return text
    .replace(kebab, (_, prefix = "") => `${prefix}${to.kebab}`)
    .replace(new RegExp(`(?<![a-z0-9])${from.snake}(?![a-z0-9])`, "g"), to.snake)
    .replace(new RegExp(`\\b${from.camel}\\b`, "g"), to.camel);
}
