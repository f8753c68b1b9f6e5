export type Variation = { _id: string; name?: string; value: unknown };

/** Keys of one kind of context that are served one variation, which is an index into the flag's. */
type Target = { contextKind: string; values: string[]; variation: number };

/** A flag in one environment. Times in milliseconds since the epoch. */
export type FlagEnvironment = {
  on: boolean;
  archived: boolean;
  lastModified: number;
  version: number;
  /** Of the context kind `user`; all others are in `contextTargets`. */
  targets: Target[];
  contextTargets: Target[];
  rules: unknown[];
  fallthrough: { variation: number };
  offVariation: number;
  prerequisites: unknown[];
};

/** A flag as the API shows it. */
export type Flag = {
  key: string;
  name: string;
  kind: string;
  archived: boolean;
  temporary: boolean;
  tags: string[];
  _version: number;
  variations: Variation[];
  environments: Record<string, FlagEnvironment>;
};

export type ExpiringTarget = {
  _id: string;
  _version: number;
  contextKind: string;
  contextKey: string;
  variationId: string;
  /** In milliseconds since the epoch. */
  expirationDate: number;
};

/** Everything the stand-in remembers, as plain JSON. Flags by `project/flag`, the rest by `project/environment`. */
export type LaunchDarklyState = {
  /** The environments of each project that the token can see. */
  projects: Record<string, string[]>;
  flags: Record<string, Flag>;
  /** By `project/flag/environment`. */
  expiring: Record<string, ExpiringTarget[]>;
  approvals: string[];
  comments: string[];
  /** How many of the next patches lose a race. */
  conflicts: number;
  audit: { flag: string; comment: string; kinds: string[] }[];
};

export function emptyLaunchDarkly(): LaunchDarklyState {
  return { projects: {}, flags: {}, expiring: {}, approvals: [], comments: [], conflicts: 0, audit: [] };
}

/** A refusal in LaunchDarkly's words, with the headers that explain it. */
export class LaunchDarklyError extends Error {
  override readonly name = "LaunchDarklyError";
  readonly status: number;
  readonly code: string;
  readonly headers: Record<string, string>;

  constructor(status: number, code: string, message: string, headers: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

export function refuse(
  status: number,
  code: string,
  message: string,
  headers: Record<string, string> = {},
): never {
  throw new LaunchDarklyError(status, code, message, headers);
}
