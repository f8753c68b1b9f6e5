import { execFileSync } from "node:child_process";
import { cpus } from "node:os";
import type { Measured } from "./measure.ts";
import type { Counted } from "./round-trips.ts";
import type { Kind } from "./variants.ts";
import type { Overhead, Warm } from "./warm.ts";

/** The measurements of one variant. Sizes in bytes; a value that was not measured is absent. */
export type Row = {
  name: string;
  kind: Exclude<Kind, "without">;
  minified: number;
  zip: number;
  stubbed: Measured;
  tls?: Measured;
  roundTrips?: Counted;
  warm?: Warm;
};

/** The gain from a line of the build, for the handler that gains most: sizes in bytes, the load in milliseconds. */
export type LeverRow = {
  what: string;
  reason: string;
  handler: string;
  minified: number;
  zip: number;
  load: number;
};

export type Report = {
  date: string;
  node: string;
  machine: string;
  rounds: number;
  rows: Row[];
  /** Empty if only budgets were measured. */
  levers: LeverRow[];
  overhead: Overhead;
};

/** Describes the machine without a name: cores, architecture and system. */
export function machine(): string {
  const system = process.platform === "linux" ? linuxName() : process.platform;
  return `${cpus().length} cores, ${process.arch}, ${system}`;
}

function linuxName(): string {
  const text = execFileSync("sh", ["-c", ". /etc/os-release && echo $NAME $VERSION_ID"], {
    encoding: "utf8",
  });
  return text.trim();
}
