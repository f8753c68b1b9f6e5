import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Plugin } from "esbuild";
import { replaced } from "./replaced.ts";

const client = "@aws-sdk/client-[\\w-]+";

/** Leaves out of a bundle what Lambda never runs, and helps esbuild to see what of the AWS SDK nobody uses. */
export const lean: Plugin = {
  name: "lean",
  setup(build) {
    const load = (file: string, change: (source: string, path: string) => string) =>
      build.onLoad({ filter: new RegExp(`/node_modules/${file}$`) }, ({ path }) => ({
        contents: change(readFileSync(path, "utf8"), path),
        loader: path.endsWith(".json") ? "json" : "js",
        resolveDir: dirname(path),
      }));

    for (const [file, contents] of Object.entries(replaced))
      load(file.replaceAll(".", "\\."), () => contents);
    // The SDK reads its profiles with this alone, once; the rest of it watches folders and reads terminals.
    build.onResolve({ filter: /^node:fs\/promises$/ }, ({ importer, path }) =>
      importer.includes("/node_modules/@smithy/core/") ? { path, namespace: "lean" } : undefined,
    );
    build.onLoad({ filter: /^node:fs\/promises$/, namespace: "lean" }, () => ({
      contents: `
        import { readFileSync } from "node:fs";
        export const readFile = async (path, encoding) => readFileSync(path, encoding);`,
    }));
    build.onLoad(
      { filter: /\/plugin-rest-endpoint-methods\/dist-src\/generated\/endpoints\.js$/ },
      async ({ path }) => ({
        contents: JSON.stringify(
          namedIn(join(build.initialOptions.absWorkingDir ?? ".", "src"), (await import(path)).default),
        ),
        loader: "json",
      }),
    );
    load(`${client}/package\\.json`, (source) => JSON.stringify({ version: JSON.parse(source).version }));
    load(`${client}/dist-es/schemas/schemas_0\\.js`, (source) => withoutErrors(withPlainKeys(source)));
    load(`${client}/dist-es/models/errors\\.js`, withErrorsThatRegisterThemselves);
  },
};

/** Of GitHub's thousand endpoints, those whose scope and name are both words of the handler's own sources, in `src`. */
function namedIn(folder: string, endpoints: Record<string, Record<string, unknown>>) {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) =>
    /^(?!.*\.test).*\.ts$/.test(file),
  );
  const words = new Set(
    files.flatMap((file) => readFileSync(join(folder, file), "utf8").match(/\w+/g) ?? []),
  );
  const named = <T>(values: Record<string, T>) => Object.entries(values).filter(([name]) => words.has(name));
  return Object.fromEntries(
    named(endpoints).map(([scope, methods]) => [scope, Object.fromEntries(named(methods))]),
  );
}

/** For all that esbuild knows, a computed key has effects: it would keep every schema that has one. */
function withPlainKeys(schemas: string): string {
  const constants = new Map(
    [...schemas.matchAll(/^const (_\w+) = ("[^"]*");$/gm)].map(([, name = "", text = ""]) => [name, text]),
  );
  return schemas.replace(/\[(_\w+)\]:/g, (key, name: string) => {
    const text = constants.get(name);
    return text === undefined ? key : `${text}:`;
  });
}

// Clients register all errors of their service, which keeps the classes of all. Here each class registers itself if
// somebody names it. A fault of the server and an error that says whether to try again need no name, their handling
// depends on them. Of any other the SDK makes a general error with the same code, message and fields, as of those that
// are newer than the client.
const registrations =
  /^import \{[^}]*\} from "\.\.\/models\/errors";$|^n0_registry\.registerError\((\w+)\$, \1\);$/gm;

function withoutErrors(schemas: string): string {
  return `${schemas.replace(registrations, "")}\nexport { n0_registry };`;
}

function withErrorsThatRegisterThemselves(errors: string): string {
  const names: string[] = [];
  const classes = errors.replace(/^export class (\w+) [\s\S]*?\n}$/gm, (declaration, name: string) => {
    names.push(name);
    const pure = /\$retryable|\$fault = "server"/.test(declaration) ? "" : "/* @__PURE__ */ ";
    return `export const ${name} = ${pure}register(${name}$, ${declaration.replace("export ", "")});`;
  });
  const schemas = names.map((name) => `${name}$`).join(", ");
  return `import { n0_registry, ${schemas} } from "../schemas/schemas_0";
const register = (schema, error) => { n0_registry.registerError(schema, error); return error; };
${classes}`;
}
