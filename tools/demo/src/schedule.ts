/** The event that the schedule sends to every function with leases. */
export const sweep = { event: { type: "sweep" } };
