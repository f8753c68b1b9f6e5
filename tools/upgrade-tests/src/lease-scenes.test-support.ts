// The lives of leases, each in two parts: the records after the first part are those that another version reads.
import type { Cast } from "./cast.test-support.ts";
import { pass } from "./clock.test-support.ts";

/** `isStanding`: whether Robin has the access at the end, and not only during a request. */
export type LeaseScene = {
  name: string;
  isStanding?: true;
  before(cast: Cast): Promise<void>;
  after(cast: Cast): Promise<void>;
};

export const leaseScenes: LeaseScene[] = [
  {
    name: "held",
    async before({ send }) {
      await send("escalate", "run-1", "granted", 30);
    },
    async after({ send, mustHold }) {
      await mustHold(true, "after the upgrade");
      await send("plan", "run-2", "held-by-other-requests", 30);
      await send("escalate", "run-1", "granted", 30);
      await mustHold(true, "after a second delivery of the escalate");
      await send("deescalate", "run-1", "revoked");
    },
  },
  {
    name: "held-without-an-end",
    async before({ send }) {
      await send("escalate", "run-1", "granted");
    },
    async after({ send, sweep, mustHold }) {
      pass(60 * 24);
      await sweep(0);
      await mustHold(true, "after the sweep");
      await send("deescalate", "run-1", "revoked");
    },
  },
  {
    name: "end-missed",
    async before({ send }) {
      await send("escalate", "run-1", "granted", 30);
      pass(60);
    },
    async after({ sweep, mustHold }) {
      await mustHold(true, "before the sweep");
      await sweep(1);
    },
  },
  {
    name: "two-requests",
    async before({ send }) {
      await send("escalate", "run-1", "granted", 30);
      pass(10);
      await send("escalate", "run-2", "granted", 60);
    },
    async after({ send, mustHold }) {
      pass(5);
      await send("escalate", "run-3", "granted", 60);
      for (const run of ["run-1", "run-3"]) {
        await send("deescalate", run, "kept-for-other-request");
        await mustHold(true, `after the end of ${run}`);
      }
      await send("deescalate", "run-2", "revoked");
    },
  },
  {
    name: "killed-in-an-escalate",
    async before({ kill }) {
      await kill("escalate", "run-1");
    },
    async after({ send, mustHold }) {
      pass(1);
      await send("escalate", "run-1", "granted", 30);
      await mustHold(true, "after a second delivery of the escalate");
      await send("deescalate", "run-1", "revoked");
    },
  },
  {
    name: "killed-in-an-escalate-and-left",
    async before({ kill }) {
      await kill("escalate", "run-1");
    },
    async after({ sweep }) {
      pass(5);
      await sweep(1);
    },
  },
  {
    name: "killed-in-a-deescalate",
    async before({ send, kill }) {
      await send("escalate", "run-1", "granted", 30);
      pass(10);
      await kill("deescalate", "run-1");
    },
    async after({ sweep }) {
      pass(5);
      await sweep(1);
    },
  },
  {
    name: "end-failed",
    async before({ send, refuse }) {
      await send("escalate", "run-1", "granted", 30);
      pass(30);
      await refuse("deescalate", "run-1");
    },
    async after({ sweep, mustHold }) {
      await mustHold(true, "before the next try");
      pass(10);
      await sweep(1);
    },
  },
  {
    name: "standing-access",
    isStanding: true,
    async before({ send, set }) {
      await set(true);
      await send("escalate", "run-1", "already-had-access", 30);
    },
    async after({ send, mustHold }) {
      await mustHold(true, "after the upgrade");
      await send("deescalate", "run-1", "kept-standing");
    },
  },
  {
    name: "taken-by-others",
    async before({ send, set }) {
      await send("escalate", "run-1", "granted", 30);
      await set(false);
    },
    async after({ send }) {
      pass(10);
      await send("deescalate", "run-1", "revoked");
    },
  },
  {
    name: "ended-before-its-begin",
    async before({ send }) {
      await send("deescalate", "run-1", "nothing-to-revoke");
    },
    async after({ send }) {
      await send("escalate", "run-1", "refused", 30);
    },
  },
  {
    name: "ended",
    async before({ send }) {
      await send("escalate", "run-1", "granted", 30);
      await send("deescalate", "run-1", "revoked");
    },
    async after({ send, mustHold }) {
      await send("escalate", "run-1", "refused", 30);
      await mustHold(false, "after a late escalate");
      await send("escalate", "run-2", "granted", 30);
      await send("deescalate", "run-2", "revoked");
    },
  },
];
