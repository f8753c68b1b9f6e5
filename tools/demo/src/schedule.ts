/** What the schedule sends to every function that keeps leases. */
export const sweep = { event: { type: "sweep" } };
