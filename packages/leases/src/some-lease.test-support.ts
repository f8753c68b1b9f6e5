import type { Lease } from "./lease.ts";

export const access = {
  subject: "AIDA1",
  resource: "AGPA1",
  names: { subject: "IAM user robin.requester@example.com", resource: "IAM group prod-admins" },
  granted: ["member"],
};

/** A lease that one run holds and that is not due, in its first version. */
export function someLease(changes: Partial<Lease> = {}): Lease {
  return {
    schema: 1,
    key: "iam-group|AGPA1|AIDA1",
    version: 1,
    writeId: "request-1/1",
    access,
    standing: { state: "absent", sufficient: false },
    runs: { "run-1": { state: "open", expiresAt: 1_800_000_000_000 } },
    ended: { "run-0": 1_799_000_000_000 },
    lock: { owner: "request-1", until: 1_799_000_030_000 },
    touchedAt: 1_799_000_000_999,
    dueAt: null,
    ...changes,
  };
}
