/** A place where an exchange violates the official description. */
export type Violation = {
  system: string;
  operation: string;
  /** The HTTP status of the answer. */
  status: number;
  part: "request" | "answer";
  /** A JSON pointer into the body, with `*` for any index; or `path`, `query` or `header` and a name. */
  at: string;
  says: string;
  /** The value at this place, shortened if long. */
  value: string;
};
