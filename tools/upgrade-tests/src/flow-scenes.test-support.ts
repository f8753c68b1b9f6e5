// The lives of requests, each in two parts: the records after the first part are those that another version reads.
import type { FlowCast } from "./flow-cast.test-support.ts";

export type FlowScene = {
  /** Begins with the status of the request after the first part. */
  name: string;
  before(cast: FlowCast): Promise<void>;
  after(cast: FlowCast): Promise<void>;
};

const untilHeld = async ({ ask, decide, pass, mustBe }: FlowCast) => {
  await ask();
  await decide("alex", "approve");
  await pass(1);
  await mustBe("held");
};

/** The last part of a request that is or will be held: the time of the hold ends. */
const untilEnded = async ({ pass, mustBe, mustHold }: FlowCast) => {
  await pass(1);
  await mustBe("held");
  mustHold(true);
  await pass(31);
  await mustBe("ended");
};

const untilEnding = async (cast: FlowCast) => {
  await untilHeld(cast);
  cast.trouble.isHandlerDown = true;
  await cast.decide("robin", "end");
  await cast.pass(1);
  await cast.mustBe("ending");
};

/** A request that is over stays as before. */
const over = (
  name: string,
  status: "denied" | "withdrawn" | "refused" | "expired" | "ended",
  before: FlowScene["before"],
): FlowScene => ({
  name,
  before,
  after: async ({ mustBe, watch, pass }) => {
    await mustBe(status);
    await watch();
    await pass(10);
    await mustBe(status);
  },
});

export const flowScenes: FlowScene[] = [
  {
    name: "asked",
    before: async ({ ask, mustBe }) => {
      await ask();
      await mustBe("asked");
    },
    after: async (cast) => {
      await cast.decide("alex", "approve");
      await untilEnded(cast);
    },
  },
  {
    name: "asked-in-slack",
    before: async ({ askInSlack, mustBe }) => {
      await askInSlack("robin");
      await mustBe("asked");
    },
    after: async (cast) => {
      await cast.click("alex", "approve");
      await untilEnded(cast);
    },
  },
  {
    name: "asked-and-undecided",
    before: async ({ ask, mustBe }) => {
      await ask();
      await mustBe("asked");
    },
    after: async ({ pass, mustBe }) => {
      await pass(8 * 60 + 1);
      await mustBe("expired");
    },
  },
  {
    name: "approved-and-not-woken",
    before: async ({ ask, decide, trouble, mustBe }) => {
      await ask();
      trouble.areWakesLost = true;
      await decide("alex", "approve");
      await mustBe("approved");
    },
    after: async (cast) => {
      cast.trouble.areWakesLost = false;
      await cast.watch();
      await untilEnded(cast);
    },
  },
  {
    name: "granting",
    before: async ({ ask, decide, pass, trouble, mustBe }) => {
      await ask();
      trouble.isHandlerDown = true;
      await decide("alex", "approve");
      await pass(0.1);
      await mustBe("granting");
    },
    after: async (cast) => {
      cast.trouble.isHandlerDown = false;
      await untilEnded(cast);
    },
  },
  {
    name: "held",
    before: untilHeld,
    after: untilEnded,
  },
  {
    name: "held-and-ended-early",
    before: untilHeld,
    after: async ({ decide, pass, mustBe, mustHold }) => {
      mustHold(true);
      await decide("robin", "end");
      await pass(1);
      await mustBe("ended");
    },
  },
  {
    name: "held-and-reminded",
    before: async (cast) => {
      await untilHeld(cast);
      await cast.pass(25);
      await cast.mustBe("held");
    },
    after: async ({ pass, mustBe }) => {
      await pass(10);
      await mustBe("ended");
    },
  },
  {
    name: "held-twice",
    before: async (cast) => {
      await untilHeld(cast);
      await cast.pass(20);
      await cast.ask({ duration: "1h" });
      await cast.decide("kim", "approve", 2);
      await cast.pass(1);
      await cast.mustBe("held", 2);
    },
    after: async ({ pass, mustBe, mustHold }) => {
      await pass(15);
      await mustBe("ended", 1);
      mustHold(true);
      await pass(60);
      await mustBe("ended", 2);
    },
  },
  {
    name: "held-by-breaking-the-glass",
    before: async ({ ask, pass, mustBe }) => {
      await ask({ route: "break-glass", reason: "INC-9: the importer is down" });
      await pass(1);
      await mustBe("held");
    },
    after: untilEnded,
  },
  {
    name: "held-and-stopped",
    before: async (cast) => {
      await untilHeld(cast);
      cast.stop();
    },
    after: async ({ pass, watch, mustBe }) => {
      await pass(10);
      await watch();
      await mustBe("ended");
    },
  },
  {
    name: "ending",
    before: untilEnding,
    after: async ({ trouble, pass, mustBe, mustHold }) => {
      mustHold(true);
      trouble.isHandlerDown = false;
      await pass(15);
      await mustBe("ended");
    },
  },
  {
    name: "failed",
    before: async (cast) => {
      await untilEnding(cast);
      await cast.pass(25 * 60);
      await cast.mustBe("failed");
    },
    after: async ({ trouble, decide, watch, pass, mustBe, mustHold }) => {
      mustHold(true);
      trouble.isHandlerDown = false;
      await decide("alex", "end");
      await pass(10);
      await watch();
      await mustBe("ended");
    },
  },
  over("denied", "denied", async ({ ask, decide, pass }) => {
    await ask();
    await decide("alex", "deny");
    await pass(1);
  }),
  over("withdrawn", "withdrawn", async ({ ask, decide, pass }) => {
    await ask();
    await decide("robin", "withdraw");
    await pass(1);
  }),
  over("refused", "refused", async ({ ask, pass, stop, watch }) => {
    await ask();
    stop();
    await pass(10);
    await watch();
  }),
  over("expired", "expired", async ({ ask, pass }) => {
    await ask();
    await pass(8 * 60 + 1);
  }),
  over("ended", "ended", async (cast) => {
    await untilHeld(cast);
    await cast.pass(31);
  }),
];
