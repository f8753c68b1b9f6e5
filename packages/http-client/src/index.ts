export { type Connection, readConnection } from "./connection.ts";
export { createCredentials } from "./credentials.ts";
export { statusOf } from "./failure.ts";
export { fetchOverHttp } from "./fetch.ts";
export { type Caller, createJsonClient } from "./json-client.ts";
export { bodyOf, foreignResponse, type JsonResponse, unexpectedResponse } from "./json-errors.ts";
export { retrying } from "./retry.ts";
export { readSecret } from "./secret.ts";
export { untilDone } from "./until-done.ts";
