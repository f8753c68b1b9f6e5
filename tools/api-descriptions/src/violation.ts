/** Where an exchange breaks the official description. */
export type Violation = {
  system: string;
  operation: string;
  /** The HTTP status of the answer. */
  status: number;
  part: "request" | "answer";
  /** A JSON pointer into the body, in which `*` stands for any index; or `path`, `query` or `header` and a name. */
  at: string;
  says: string;
  /** The value there, or what can be shown of it. */
  value: string;
};
