import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { UsageError } from "@sym/command-line/usage-error";

/** One name in the three ways in which files write it: `okta-group`, `okta_group` and `oktaGroup`. */
export type Names = { kebab: string; snake: string; camel: string };

/** What Terraform keeps for itself as names of variables, and JavaScript as words. */
const reserved =
  "source version providers count for-each lifecycle depends-on locals arguments async await break case catch class " +
  "const continue debugger default delete do else enum eval export extends false finally for function if implements " +
  "import in instanceof interface let new null package private protected public return static super switch this " +
  "throw true try typeof undefined var void while with yield";

// infra/modules/handler takes 50 characters, of which name_prefix can have 21 and a hyphen one.
const longest = 28;

/** Throws unless a handler can be called so: in npm, in Terraform, in Lambda, and as a name in TypeScript. */
export function namesOf(name: string): Names {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name))
    throw new UsageError(
      `"${name}" cannot be the name of a handler: use small letters, digits and single hyphens, beginning with a letter, such as okta-group.`,
    );
  if (name.length > longest)
    throw new UsageError(
      `"${name}" has ${name.length} characters: use at most ${longest}, so that the function's name still fits with a prefix before it.`,
    );
  if (reserved.split(" ").includes(name))
    throw new UsageError(
      `"${name}" is a reserved word of TypeScript or Terraform: choose another, such as ${name}-access.`,
    );
  const camel = name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  return { kebab: name, snake: name.replaceAll("-", "_"), camel };
}

/** What is copied: a folder with the handler's sources, and the two Terraform files that deploy it. */
export type Source = { folder: string; names: Names; aws: string; sym: string };

const example = "door-badge";

/** The smallest handler, the example `door-badge`, unless a handler is named. */
export function sourceOf(root: string, handler: string | undefined): Source {
  if (handler === undefined) {
    const folder = `examples/${example}`;
    const names = namesIn(root, folder, example);
    return { folder, names, aws: `${folder}/infra/aws.tf`, sym: `${folder}/infra/sym.tf` };
  }
  const handlers = readdirSync(path.join(root, "handlers"));
  if (!handlers.includes(handler))
    throw new UsageError(`There is no handler "${handler}" to copy: there is ${handlers.join(", ")}.`);
  if (!handler.includes("-"))
    throw new UsageError(
      `"${handler}" cannot be copied: of one word, the name of the package and that of a variable look the same. Copy one such as iam-group.`,
    );
  const folder = `handlers/${handler}`;
  const names = namesIn(root, folder, handler);
  return { folder, names, aws: `infra/aws/${handler}.tf`, sym: `infra/sym/${handler}.tf` };
}

/** The names of a handler. What it exports need not be spelt like its folder: `gitHubTeam`. */
function namesIn(root: string, folder: string, handler: string): Names {
  const index = readFileSync(path.join(root, folder, "src", "index.ts"), "utf8");
  const camel = new RegExp(`import \\{ (\\w+) \\} from "\\./${handler}\\.ts"`).exec(index)?.[1];
  if (!camel)
    throw new UsageError(
      `${folder}/src/index.ts does not import one thing from ./${handler}.ts, so it cannot be copied.`,
    );
  return { kebab: handler, snake: handler.replaceAll("-", "_"), camel };
}

/** Throws if the name is in use: as a package, or as a word of the code that is copied. */
export function refuseTaken(root: string, { folder, names }: Source, name: Names): void {
  const folders = ["handlers", "packages", "tools"].map((parent) => `${parent}/${name.kebab}`);
  const taken = folders.find((one) => existsSync(path.join(root, one)));
  if (taken)
    throw new UsageError(
      `"${name.kebab}" is taken: ${taken} is there already. Choose another name, or remove it.`,
    );
  if (name.kebab === names.kebab) return;
  const source = path.join(root, folder, "src");
  const word = new RegExp(`\\b${name.camel}\\b`);
  const user = readdirSync(source).find(
    (file) => file === `${name.kebab}.ts` || word.test(readFileSync(path.join(source, file), "utf8")),
  );
  if (user)
    throw new UsageError(
      `"${name.kebab}" is taken: ${folder}/src/${user} has something of that name. Choose another name.`,
    );
}

/** The text with one handler's name in the place of another's. Leaves longer words alone, such as `iam-groups`. */
export function rename(text: string, from: Names, to: Names): string {
  const kebab = new RegExp(`(?<![a-z0-9]|[a-z0-9]-)(sym-)?${from.kebab}(?![a-z0-9])`, "g");
  return text
    .replace(kebab, (_, prefix = "") => `${prefix}${to.kebab}`)
    .replace(new RegExp(`(?<![a-z0-9])${from.snake}(?![a-z0-9])`, "g"), to.snake)
    .replace(new RegExp(`\\b${from.camel}\\b`, "g"), to.camel);
}
