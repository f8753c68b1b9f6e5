/** What Lambda never runs, by the file that it is loaded from, and what stands there instead. */
export const replaced: Record<string, string> = {
  // Lambda hands the role's credentials over in the environment: the SDK looks nowhere else.
  "@aws-sdk/credential-provider-node/dist-es/index.js":
    'export { fromEnv as defaultProvider } from "@aws-sdk/credential-provider-env";',
  // No call here answers with a stream of events.
  "@smithy/core/dist-es/submodules/event-streams/index.js": `
    const none = () => { throw new Error("Event streams are not in this bundle"); };
    export { none as EventStreamSerde, none as eventStreamSerdeProvider };`,
  // The SDK asks the environment, then the profile, then the default, and makes two errors for each that says nothing.
  "@smithy/core/dist-es/submodules/config/node-config-provider/configLoader.js": `
    import { memoize } from "../property-provider/memoize";
    import { getProfileName } from "../shared-ini-file-loader/getProfileName";
    import { loadSharedConfigFiles } from "../shared-ini-file-loader/loadSharedConfigFiles";
    let files;
    const select = (selector, ...from) => { try { return selector(...from); } catch {} };
    export const loadConfig = (option, settings = {}) => memoize(async () => {
      const set = select(option.environmentVariableSelector, process.env, settings);
      if (set !== undefined) return set;
      const { configFile, credentialsFile } = await (files ??= loadSharedConfigFiles());
      const isRegion = settings.preferredFile === "credentials";
      const [first, second] = isRegion ? [credentialsFile, configFile] : [configFile, credentialsFile];
      const profile = getProfileName(settings);
      const value = select(option.configFileSelector, { ...second[profile], ...first[profile] }, first);
      return value ?? (typeof option.default === "function" ? option.default() : option.default);
    });`,
  // Asks first whether the stream is one of the Web's, or a Blob, which loads all of those, and is never so here.
  "@smithy/core/dist-es/submodules/serde/util-stream/stream-collector.js": `
    export const streamCollector = (stream) => new Promise((resolve, reject) => {
      const chunks = [];
      stream.on("data", (chunk) => chunks.push(chunk));
      stream.on("error", reject);
      stream.on("end", () => resolve(Buffer.concat(chunks)));
    });`,
  // Nobody gives a client a logger, but what it would be told is put together for each call.
  "@aws-sdk/core/dist-es/submodules/client/middleware-logger/loggerMiddleware.js": `
    export const loggerMiddleware = () => (next) => next;
    export const loggerMiddlewareOptions = {};
    export const getLoggerPlugin = () => ({ applyToStack() {} });`,
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
  // WebCrypto, for browsers too, loads more than Node's own.
  "universal-github-app-jwt/lib/get-token.js": `
    import { createPrivateKey, sign } from "node:crypto";
    const encode = (part) => Buffer.from(JSON.stringify(part)).toString("base64url");
    export const getToken = async ({ privateKey, payload }) => {
      const key = createPrivateKey(privateKey);
      if (key.asymmetricKeyType !== "rsa") throw new Error("GitHub Apps sign with RSA keys");
      const message = encode({ alg: "RS256", typ: "JWT" }) + "." + encode(payload);
      return message + "." + sign("sha256", Buffer.from(message), key).toString("base64url");
    };`,
  // Remembers the endpoints that DynamoDB's endpoint discovery finds, if that is on: a handful, so none must go.
  "mnemonist/lru-cache.js": `
    export default class extends Map { constructor() { super(); } peek(key) { return this.get(key); } }`,
};
