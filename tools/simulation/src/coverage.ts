/** Kinds of interleavings. A simulation of CI size must include each kind at least once. */
export const classes = [
  "crash during escalate, before the grant",
  "crash during escalate, after the grant",
  "crash during deescalate",
  "crash during restore",
  "crash during sweep",
  "killed at the deadline",
  "target call aborted before the deadline",
  "answered by the budget while still working",
  "frozen invocation woke up",
  "landed late: grant",
  "landed late: restore",
  "landed late: store write",
  "answer lost: grant",
  "answer lost: restore",
  "answer lost: store write",
  "answer lost: close run",
  "throttled: grant",
  "throttled: restore",
  "throttled: store write",
  "duplicate escalates at once",
  "duplicate deescalates at once",
  "escalates of two runs at once",
  "deescalate during escalate",
  "deescalate before escalate",
  "escalate refused, the run had ended",
  "escalate took back its own grant",
  "two runs hold the access",
  "two runs with two wishes",
  "end left to the sweep",
  "lowered, and not removed",
  "lowered by the subject's own hand",
  "ended by the target itself",
  "swept, others had changed the access",
  "one event delivered twice at once",
  "escalate refused, the id was used before",
  "escalate refused, another wish is open",
  "a call that was never answered",
  "landed late: release",
  "answer lost: release",
  "kept for another request",
  "kept, standing access",
  "kept, others had changed the access",
  "ended, the resource was deleted",
  "already had access",
  "gave up waiting for the lock",
  "lock of a dead invocation taken over",
  "sweep during escalate",
  "sweep during deescalate",
  "two sweeps at once",
  "run past its time swept",
  "outsider's change while held",
  "outsider's change during an invocation",
  "clocks differ",
  "old reading",
  "intent recorded without reading the lease",
  "lease met by an intent that was to be the first",
  "two subjects",
  "two functions at one table",
] as const;

export type CoverageClass = (typeof classes)[number];
export type Coverage = Record<CoverageClass, number>;

export function noCoverage(): Coverage {
  return Object.fromEntries(classes.map((name) => [name, 0])) as Coverage;
}

export function addCoverage(to: Coverage, from: Coverage): void {
  for (const name of classes) to[name] += from[name];
}
