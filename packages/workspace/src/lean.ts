import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Plugin } from "esbuild";

/** What Lambda never runs, by the file that it is loaded from, and what stands there instead. */
const replaced: Record<string, string> = {
  // Lambda hands the role's credentials over in the environment: the SDK looks nowhere else.
  "@aws-sdk/credential-provider-node/dist-es/index.js":
    'export { fromEnv as defaultProvider } from "@aws-sdk/credential-provider-env";',
  // No call here answers with a stream of events.
  "@smithy/core/dist-es/submodules/event-streams/index.js": `
    const none = () => { throw new Error("Event streams are not in this bundle"); };
    export { none as EventStreamSerde, none as eventStreamSerdeProvider };`,
  // For a Node without SHA-256, in which TLS would not work either.
  "@smithy/core/dist-es/submodules/checksum/sha256/Sha256Js.js": "export class Sha256Js {}",
  // Signs for several regions at once if one of two other packages is there, which are not.
  "@aws-sdk/signature-v4-multi-region/dist-es/index.js": `
    import { SignatureV4 } from "@smithy/signature-v4";
    export class SignatureV4MultiRegion extends SignatureV4 { static sigv4aDependency() { return "none"; } }`,
  // Of Octokit's auth-app, only the signature of an App is used. These sign people in, who are none of our business.
  "@octokit/auth-oauth-app/dist-bundle/index.js": "export const createOAuthAppAuth = () => undefined;",
  "@octokit/auth-oauth-user/dist-bundle/index.js": `
    export const createOAuthUserAuth = () => undefined;
    export const requiresBasicAuth = () => false;`,
  // Remembers the endpoints that DynamoDB's endpoint discovery finds, if that is on: a handful, so none must go.
  "mnemonist/lru-cache.js": `
    export default class extends Map { constructor() { super(); } peek(key) { return this.get(key); } }`,
};

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
    load(`${client}/package\\.json`, (source) => JSON.stringify({ version: JSON.parse(source).version }));
    load(`${client}/dist-es/schemas/schemas_0\\.js`, (source) => withoutErrors(withPlainKeys(source)));
    load(`${client}/dist-es/models/errors\\.js`, withErrorsThatRegisterThemselves);
  },
};

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
