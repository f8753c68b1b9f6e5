import { describe } from "../answer.ts";
import { expectThat } from "../broken.ts";
import { robin, sam } from "../events.ts";
import type { Scene } from "../scene.ts";
import {
  access,
  expectAccess,
  expectErrors,
  expectOther,
  expectOutcome,
  expectStronger,
  type Stage,
} from "../stage.ts";
import { people } from "./requests.ts";

/** Names of properties of every JavaScript object, which a lookup in a plain object would find. */
const hostileIds = ["constructor", "__proto__", "toString", "hasOwnProperty"];

/** In seconds: longer than any request of the scenes plus the sweep's grace period of an hour. */
const hours = 3 * 60 * 60;

/** Scenes about the identity of requests, deliveries and resources. */
export const identityScenes: Scene[] = [
  {
    name: "run id reused",
    promise:
      "A used run id grants no access to another person and no other role; its own request ends normally",
    needs: ["seed", "read"],
    async play(stage) {
      await people(stage);
      expectOutcome(await stage.escalate(), ["granted"], "The escalate");
      expectErrors(await stage.escalate({ person: sam }), "The escalate of another person with the same id");
      await expectOther(stage, sam, false, "After the escalate with the id of another person's request");
      if (stage.target.roles) {
        const settings = stage.roles().stronger;
        expectErrors(await stage.escalate({ settings }), "The escalate of another role with the same id");
        await expectStronger(stage, robin, false, "After the escalate of another role with the same id");
      }
      await expectAccess(stage, robin, true, "After the escalates of others with the same id");
      expectOutcome(await stage.deescalate(), ["revoked"], "The deescalate of the first request");
      await expectAccess(stage, robin, false, "After the deescalate of the first request");
      expectErrors(await stage.escalate({ person: sam }), "The escalate with the id of an ended request");
      await expectOther(stage, sam, false, "After the escalate with the id of an ended request");
    },
  },
  {
    name: "hostile run ids",
    promise: "A run id can be any word, such as constructor; under each of these ids, standing access stays",
    needs: ["seed", "standing", "read"],
    async play(stage) {
      await people(stage);
      for (const run of hostileIds) {
        expectOutcome(await stage.escalate({ run }), ["granted"], `The escalate with the id ${run}`);
        await expectAccess(stage, robin, true, `After the escalate with the id ${run}`);
        expectOutcome(await stage.deescalate({ run }), ["revoked"], `The deescalate with the id ${run}`);
        await expectAccess(stage, robin, false, `After the deescalate with the id ${run}`);
      }
      // A reset makes the same ids new again.
      await stage.target.begin?.();
      await people(stage);
      await stage.give(robin);
      for (const run of hostileIds) {
        const when = `with the id ${run}, and standing access`;
        expectOutcome(await stage.escalate({ run }), ["already-had-access"], `The escalate ${when}`);
        expectOutcome(await stage.deescalate({ run }), ["kept-standing"], `The deescalate ${when}`);
        await expectAccess(stage, robin, true, `After the deescalate ${when}`);
      }
    },
  },
  {
    name: "renamed",
    promise: "Two requests for one resource that was renamed in between hold one access",
    needs: ["seed", "read", "rename"],
    async play(stage) {
      await people(stage);
      expectOutcome(await stage.escalate(), ["granted"], "The escalate under the old name");
      const settings = await stage.rename();
      await expectAccess(stage, robin, true, "After the new name");
      const second = await stage.escalate({ run: 2, settings });
      expectOutcome(second, ["granted"], "The escalate under the new name");
      const first = await stage.deescalate();
      await expectAccess(stage, robin, true, "After the end of the request under the old name");
      expectOutcome(first, ["kept-for-other-request"], "The end of the request under the old name");
      const last = await stage.deescalate({ run: 2, settings });
      await expectAccess(stage, robin, false, "After the end of both requests");
      expectOutcome(last, ["revoked"], "The end of the request under the new name");
    },
  },
  {
    name: "duplicate delivery",
    promise: "An event delivered twice under one request id takes effect once, and both answers are true",
    needs: ["seed", "read", "faults", "time", "delivery"],
    async play(stage) {
      await people(stage);
      const escalate = stage.delivery(stage.event("escalate"));
      for (const answer of await Promise.all([escalate(), escalate()]))
        expectOutcome(answer, access, "One of two deliveries of an escalate");
      await expectAccess(stage, robin, true, "After two deliveries of an escalate");

      const deescalate = stage.delivery(stage.event("deescalate"));
      const ends = await Promise.all([deescalate(), deescalate()]);
      await expectAccess(stage, robin, false, "After two deliveries of a deescalate");
      for (const answer of ends)
        expectOutcome(answer, ["revoked", "nothing-to-revoke"], "One of two deliveries of a deescalate");
      expectThat(
        ends.some(({ body }) => body.outcome === "revoked"),
        `Two deliveries of a deescalate were answered "${ends.map(describe).join('" and "')}", and not revoked`,
      );

      expectErrors(await escalate(), "A delivery of the escalate that comes after the end");
      await expectAccess(stage, robin, false, "After a delivery of the escalate that comes after the end");
      for (const run of [2, 3, 4]) await failTwice(stage, run);
    },
  },
];

/** Two deliveries fail: each may undo its own change, and none may leave the other's change. */
async function failTwice(stage: Stage, run: number): Promise<void> {
  const escalate = stage.delivery(stage.event("escalate", { run }));
  await stage.faults.inject({ step: "grant", kind: "answer-lost" });
  const answers = await Promise.all([escalate(), escalate()]);
  await stage.faults.clear();
  const isGranted = answers.some(({ errors }) => errors.length === 0);
  if (!isGranted) await stage.sweepAfter(hours);
  const when = `After two deliveries whose answers were lost, answered "${answers.map(describe).join('" and "')}"`;
  await expectAccess(stage, robin, isGranted, when);
  await stage.deescalate({ run });
  await expectAccess(stage, robin, false, `${when}, and the deescalate`);
}
