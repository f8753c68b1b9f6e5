import { robin } from "../events.ts";
import type { Scene } from "../scene.ts";
import { expectAccess, expectOutcome, expectStronger } from "../stage.ts";
import { people } from "./requests.ts";

/** Scenes with a weaker and a stronger role. */
export const roleScenes: Scene[] = [
  {
    name: "own hand",
    promise: "A requester who lowers the requested role by hand keeps no role after the end",
    needs: ["seed", "read", "roles"],
    async play(stage) {
      await people(stage);
      const settings = stage.roles().stronger;
      expectOutcome(await stage.escalate({ settings }), ["granted"], "The escalate of the stronger role");
      await expectStronger(stage, robin, true, "After the escalate of the stronger role");
      // If time can pass: the handler could treat an immediate reading as a stale read.
      await stage.target.passTime?.(60);
      await stage.roles().lower(robin);
      await expectStronger(stage, robin, false, "After the requester lowered the role");
      const ended = await stage.deescalate({ settings });
      await expectAccess(stage, robin, false, "After the end of a request whose role was lowered by hand");
      expectOutcome(ended, ["revoked"], "The end of a request whose role was lowered by hand");
    },
  },
  {
    name: "two roles",
    promise:
      "The end of a request for the stronger role keeps the weaker role for another request, and its answer says so",
    needs: ["seed", "read", "roles"],
    async play(stage) {
      await people(stage);
      const settings = stage.roles().stronger;
      expectOutcome(await stage.escalate(), ["granted"], "The escalate of the weaker role");
      const stronger = await stage.escalate({ run: 2, settings });
      expectOutcome(stronger, ["granted"], "The escalate of the stronger role");
      await expectStronger(stage, robin, true, "After the escalate of the stronger role");
      const lowered = await stage.deescalate({ run: 2, settings });
      await expectStronger(stage, robin, false, "After the end of the stronger role");
      await expectAccess(stage, robin, true, "After the end of the stronger role, with the weaker role open");
      expectOutcome(lowered, ["lowered"], "The end of the stronger role");

      expectOutcome(await stage.escalate({ run: 3, settings }), ["granted"], "The next stronger role");
      const kept = await stage.deescalate();
      await expectStronger(stage, robin, true, "After the end of the weaker role");
      expectOutcome(kept, ["kept-for-other-request"], "The end of the weaker role");
      expectOutcome(await stage.deescalate({ run: 3, settings }), ["revoked"], "The end of both roles");
      await expectAccess(stage, robin, false, "After the end of both roles");
    },
  },
];
