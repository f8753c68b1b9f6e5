import type { Lease } from "./lease.ts";

export const access = {
  host: "123456789012",
  subject: "AIDA1",
  resource: "AGPA1",
  names: { subject: "IAM user robin.requester@example.com", resource: "IAM group prod-admins" },
};

/** A lease in its first version, which a run holds, and which is not due. */
export function someLease(changes: Partial<Lease> = {}): Lease {
  return {
    key: "iam-group|123456789012|AGPA1|AIDA1",
    version: 1,
    writeId: "invocation-1/1",
    access,
    standing: "absent",
    ours: ["member"],
    begun: false,
    runs: new Map([["run-1", { state: "open", wanted: "member", expiresAt: 1_800_000_000_000 }]]),
    ended: new Map([["run-0", 1_799_000_000_000]]),
    lock: { owner: "invocation-1", until: 1_799_000_030_000 },
    changedAt: 1_799_000_000_500,
    touchedAt: 1_799_000_000_999,
    dueAt: null,
    ...changes,
  };
}

/** A run of this lease at its opening. */
export function someRun(id: string) {
  return { id, key: someLease().key, access, wish: "Robin's, for member" };
}
