import { expectThat } from "../broken.ts";
import { approver, robin, sam } from "../events.ts";
import type { Scene } from "../scene.ts";
import { access, expectAccess, expectErrors, expectOther, expectOutcome, type Stage } from "../stage.ts";

/** Scenes with requests in the right order, duplicated, or out of order. */
export const requestScenes: Scene[] = [
  {
    name: "escalate",
    promise: "The requester gets the access, and no other person does",
    needs: ["seed", "read"],
    async play(stage) {
      await people(stage);
      expectOutcome(await stage.escalate(), ["granted"], "The escalate");
      await expectAccess(stage, robin, true, "After the escalate");
      await expectOther(stage, sam, false, "After Robin's escalate");
      await expectOther(stage, approver, false, "After approving the request");
    },
  },
  {
    name: "deescalate",
    promise: "At the end, the requester loses the access; other people keep theirs",
    needs: ["seed", "standing", "read"],
    async play(stage) {
      await people(stage);
      await stage.giveOther(sam);
      expectOutcome(await stage.escalate(), ["granted"], "The escalate");
      const revoked = await stage.deescalate();
      await expectAccess(stage, robin, false, "After the deescalate");
      await expectOther(stage, sam, true, "After Robin's deescalate");
      expectOutcome(revoked, ["revoked"], "The deescalate");
    },
  },
  {
    name: "escalate twice",
    promise: "A duplicate escalate, also a concurrent one, changes nothing; one deescalate ends the access",
    needs: ["seed", "read"],
    async play(stage) {
      await people(stage);
      const both = await Promise.all([stage.escalate(), stage.escalate()]);
      for (const answer of both) expectOutcome(answer, access, "One of two escalates at the same moment");
      expectOutcome(await stage.escalate(), access, "A duplicate escalate");
      await expectAccess(stage, robin, true, "After three escalates of one request");
      expectOutcome(await stage.deescalate(), ["revoked"], "The deescalate after duplicate escalates");
      await expectAccess(stage, robin, false, "After the deescalate");
    },
  },
  {
    name: "deescalate twice",
    promise: "A duplicate deescalate is no error, and keeps access granted by hand meanwhile",
    needs: ["seed", "standing", "read"],
    async play(stage) {
      await people(stage);
      await stage.escalate();
      await stage.deescalate();
      expectOutcome(await stage.deescalate(), ended, "A duplicate deescalate");
      await expectAccess(stage, robin, false, "After a duplicate deescalate");
      await stage.give(robin);
      expectOutcome(await stage.deescalate(), ended, "A third deescalate");
      await expectAccess(stage, robin, true, "After a late duplicate, with access given by hand");
    },
  },
  {
    name: "out of order",
    promise: "An escalate after its deescalate grants no access, and its answer says so",
    needs: ["seed", "read"],
    async play(stage) {
      await people(stage);
      expectOutcome(await stage.deescalate(), ["nothing-to-revoke"], "A deescalate that comes first");
      expectErrors(await stage.escalate(), "The escalate of a request that has ended");
      await expectAccess(stage, robin, false, "After the end of the request");
      expectOutcome(await stage.escalate({ run: 2 }), ["granted"], "The next request");
      await expectAccess(stage, robin, true, "After the next request");
    },
  },
  {
    name: "overlapping",
    promise: "The end of one request keeps the access for another open request",
    needs: ["seed", "read"],
    async play(stage) {
      await people(stage);
      await stage.escalate({ run: 1 });
      expectOutcome(await stage.escalate({ run: 2 }), access, "A second request for the same access");
      const first = await stage.deescalate({ run: 1 });
      await expectAccess(stage, robin, true, "After the end of the first of two requests");
      expectOutcome(first, ["kept-for-other-request"], "The end of the first of two requests");
      const last = await stage.deescalate({ run: 2 });
      await expectAccess(stage, robin, false, "After the end of both requests");
      expectOutcome(last, ["revoked"], "The end of the last request");
    },
  },
  {
    name: "standing access",
    promise: "Access from before the request is never removed, not even for a moment",
    needs: ["seed", "standing", "read", "calls"],
    async play(stage) {
      await people(stage);
      await stage.give(robin);
      expectOutcome(await stage.escalate(), ["already-had-access"], "The escalate of a person with access");
      await expectAccess(stage, robin, true, "After the escalate");
      const kept = await stage.deescalate();
      await expectAccess(stage, robin, true, "After the deescalate of standing access");
      expectOutcome(kept, ["kept-standing"], "The deescalate of standing access");
      const calls = (await stage.target.calls?.()) ?? [];
      const taken = calls.filter(({ step }) => step === "restore").length;
      expectThat(taken === 0, `standing access was changed by ${taken} restoring calls`);
    },
  },
];

const ended = ["nothing-to-revoke", "revoked", "kept-standing"];

/** Adds the people of the scenes to the target system, without access. */
export async function people(stage: Stage): Promise<void> {
  for (const email of [robin, sam, approver]) await stage.addPerson(email);
}
