/** An error of AWS: HTTP `status`, wire `code` (such as `NoSuchEntity`) and message. */
export class AwsError extends Error {
  override readonly name = "AwsError";
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}
