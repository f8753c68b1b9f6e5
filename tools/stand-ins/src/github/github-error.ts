/** An error of GitHub: HTTP `status`, message and headers. */
export class GitHubError extends Error {
  override readonly name = "GitHubError";
  readonly status: number;
  readonly headers: Record<string, string>;

  constructor(status: number, message: string, headers: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}

export function notFound(): never {
  throw new GitHubError(404, "Not Found");
}
