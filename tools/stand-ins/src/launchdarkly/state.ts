export type Variation = { _id: string; name?: string; value: unknown };

/** Keys of a kind of context, and their variation, as an index into the flag's variations. */
type Target = { contextKind: string; values: string[]; variation: number };

/** A flag in one environment. Times in milliseconds since the epoch. */
export type FlagEnvironment = {
  on: boolean;
  archived: boolean;
  lastModified: number;
  version: number;
  /** Targets of the context kind `user`; all others are in `contextTargets`. */
  targets: Target[];
  contextTargets: Target[];
  rules: { clauses: unknown[]; trackEvents: boolean }[];
  fallthrough: { variation: number };
  offVariation: number;
  /** `variation` is an index into the variations of the flag `key`. */
  prerequisites: { key: string; variation: number }[];
};

/** A flag in the form of the API. */
export type Flag = {
  key: string;
  /** In milliseconds since the epoch; no two flags have the same. */
  creationDate: number;
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
  _resourceId: { kind: string; projectKey: string; environmentKey: string; key: string };
};

/** The whole state of the stand-in, as plain JSON. Flags by `project/flag`, the rest by `project/environment`. */
export type LaunchDarklyState = {
  /** The projects visible to the token, by key, with the ids of their environments by key. */
  projects: Record<string, { _id: string; environments: Record<string, string> }>;
  flags: Record<string, Flag>;
  /** By `project/flag/environment`. */
  expiring: Record<string, ExpiringTarget[]>;
  approvals: string[];
  comments: string[];
  /** The environments where a patch of a flag would make a scheduled change or an approval request fail. */
  pending: string[];
  /** How many of the next patches lose a race. */
  conflicts: number;
  audit: { flag: string; comment: string; kinds: string[] }[];
};

export function emptyLaunchDarkly(): LaunchDarklyState {
  return {
    projects: {},
    flags: {},
    expiring: {},
    approvals: [],
    comments: [],
    pending: [],
    conflicts: 0,
    audit: [],
  };
}

/** An error of LaunchDarkly, with the headers. */
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
