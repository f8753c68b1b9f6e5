import { seeded } from "@sym/simulation/chance";
import { runSchedule } from "@sym/simulation/schedule";
import { expect, test } from "vitest";

test("none of 500 schedules breaks a promise", async () => {
  for (let seed = 1; seed <= 500; seed += 1) {
    const { violation } = await runSchedule(seeded(seed));
    expect(violation, `seed ${seed}`).toBeUndefined();
  }
});
