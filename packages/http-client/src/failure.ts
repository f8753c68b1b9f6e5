import type { IncomingHttpHeaders } from "node:http";

/** A request that the system did not process: status 401, 429 or 5xx; 0 if no response arrived. */
export class HttpFailure extends Error {
  override readonly name = "HttpFailure";
  readonly status: number;
  readonly headers: IncomingHttpHeaders;

  constructor(status: number, headers: IncomingHttpHeaders = {}) {
    super(`HTTP status ${status}`);
    this.status = status;
    this.headers = headers;
  }
}

/** The HTTP status of an error of ours or of Octokit. Undefined for an error without a status, such as a `SymError`. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof Error && "status" in error ? (error.status as number) : undefined;
}
