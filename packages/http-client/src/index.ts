export { type Connection, readConnection } from "./connection.ts";
export { createCredentials } from "./credentials.ts";
export { statusOf } from "./failure.ts";
export { fetchOverHttp } from "./fetch.ts";
export { createJsonClient, type JsonClient } from "./json-client.ts";
export { foreignResponse, type JsonResponse, unexpectedResponse } from "./json-errors.ts";
export { retrying, waitFor } from "./retry.ts";
export { readSecret } from "./secret.ts";
export { untilDone } from "./until-done.ts";
