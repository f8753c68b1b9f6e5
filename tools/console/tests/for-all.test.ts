// A flag that is switched for all users.
import { parseDuration } from "@sym/flow";
import { expect, test } from "vitest";
import { startPlay } from "./play.test-support.ts";

test("a flag that a request has switched for all users is standing for nobody", async () => {
  const { play, address, stage } = await startPlay(["launchdarkly-flag"]);
  const [robin, alex] = play.people;
  const offered = play.offered.find(({ thing }) => thing.isForAll) ?? expect.fail("No flag is for all users");
  if (robin === undefined || alex === undefined) throw new Error("Robin and Alex are missing");
  const { target } = offered.thing;
  const duration = parseDuration("30m") ?? 0;
  const asked = await play.ask({ target, requester: robin, duration, reason: "A sale", route: "approval" });
  await play.decide("id" in asked ? asked.id : "", alex, "approve");
  const { deployed, thing } = offered;
  expect(await deployed.target.holds(stage.sandbox, alex, thing)).toBe(true);
  const page = await (await fetch(address)).text();
  expect(page.match(/class="why">[^<]*/g)).toEqual(play.people.map(() => 'class="why">1 request'));
});
