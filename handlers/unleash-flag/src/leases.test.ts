import { passTime } from "@sym/local-lambda/table-time";
import { expect } from "vitest";
import {
  addStrategy,
  flagOf,
  flip,
  isOn,
  strategies,
  strategyPath,
  testFlag,
  unleash,
  useUnleash,
} from "./unleash-fixture.test-support.ts";
import { robin, sam, sweep } from "./world.test-support.ts";

useUnleash();

testFlag("the sweep ends what Sym forgot", async ({ dynamoDb, send, outcome, flag, person }) => {
  await outcome(person.robin("escalate"));
  await passTime(dynamoDb, 2 * 3_600_000);
  expect((await send(sweep)).answer.body).toMatchObject({ finished: 1, orphans: 1 });
  expect(await strategies(flag)).toEqual([]);
});

const toggle = { mode: "toggle" };

testFlag(
  "a toggle switches the flag for everybody, and what it was is put back to the last byte",
  async ({ outcome, flag, person }) => {
    const before = await flagOf(flag);
    expect(await outcome(person.robin("escalate"))).toBe("granted");
    expect(await isOn(flag, sam)).toBe(true);
    expect(await outcome(person.robin("deescalate"))).toBe("revoked");
    expect(await flagOf(flag)).toBe(before);
  },
  toggle,
);

testFlag(
  "a toggle to off is put back to on, with the strategies that were there",
  async ({ outcome, flag, person }) => {
    await addStrategy(flag, [sam]);
    await flip(flag, "on");
    const before = await flagOf(flag);
    expect(await outcome(person.robin("escalate", { variation: "off" }))).toBe("granted");
    expect(await isOn(flag, sam)).toBe(false);
    expect(await outcome(person.robin("deescalate", { variation: "off" }))).toBe("revoked");
    expect(await flagOf(flag)).toBe(before);
  },
  toggle,
);

testFlag(
  "a toggle that went off is not put back on without the strategies that it had",
  async ({ send, outcome, flag, person }) => {
    const { id } = await addStrategy(flag, [sam]);
    await flip(flag, "on");
    await outcome(person.robin("escalate", { variation: "off" }));
    await unleash.admin("DELETE", strategyPath(flag, id));
    const { answer } = await send(person.robin("deescalate", { variation: "off" }));
    expect(answer.errors[0]).toContain(
      " was on before the request, but its strategies were removed since, so restoring it would enable it for all users; decide in Unleash whether to switch it on",
    );
    expect(await isOn(flag, robin)).toBe(false);
  },
  toggle,
);

testFlag(
  "a toggle that somebody switched back already is not switched again",
  async ({ outcome, flag, person }) => {
    await addStrategy(flag, [sam]);
    await outcome(person.robin("escalate"));
    await flip(flag, "off");
    const before = await flagOf(flag);
    expect(await outcome(person.robin("deescalate"))).toBe("revoked");
    expect(await flagOf(flag)).toBe(before);
  },
  toggle,
);

testFlag(
  "of two requests for one switch, the last one to end puts it back",
  async ({ outcome, flag, person }) => {
    expect(await outcome(person.robin("escalate"))).toBe("granted");
    expect(await outcome(person.sam("escalate"))).toBe("granted");
    expect(await outcome(person.robin("deescalate"))).toBe("kept-for-other-request");
    expect(await isOn(flag, sam)).toBe(true);
    expect(await outcome(person.sam("deescalate"))).toBe("revoked");
    expect(await isOn(flag, sam)).toBe(false);
  },
  toggle,
);

testFlag(
  "a flag that was on before a toggle stays on",
  async ({ outcome, flag, person }) => {
    await flip(flag, "on");
    const before = await flagOf(flag);
    expect(await outcome(person.robin("escalate"))).toBe("already-had-access");
    expect(await outcome(person.robin("deescalate"))).toBe("kept-standing");
    expect(await flagOf(flag)).toBe(before);
  },
  toggle,
);

testFlag(
  "two requests cannot switch one flag to on and to off",
  async ({ send, outcome, flag, person }) => {
    await outcome(person.robin("escalate"));
    const { answer } = await send(person.sam("escalate", { variation: "off" }));
    expect(answer.errors).toEqual([
      `Unleash flag ${flag} in default/development (off for all users) cannot be granted while another approved request holds it in another state; request the access again when that request has ended`,
    ]);
  },
  toggle,
);

testFlag(
  "a toggle without leases is refused, because nobody would know what to put back",
  async ({ send, flag, person }) => {
    const before = await flagOf(flag);
    expect((await send(person.robin("escalate"))).answer.errors).toEqual([
      `default/development/${flag} cannot be switched for all users without leases, which record the earlier state; give the function a table of leases (LEASES_TABLE)`,
    ]);
    expect(await flagOf(flag)).toBe(before);
  },
  toggle,
  { LEASES: "off" },
);

testFlag(
  "without leases, a person is still targeted, and once only",
  async ({ outcome, flag, person }) => {
    expect(await outcome(person.robin("escalate"))).toBe("granted");
    expect(await outcome(person.robin("escalate"))).toBe("already-had-access");
    expect(await strategies(flag)).toHaveLength(1);
    expect(await outcome(person.robin("deescalate"))).toBe("revoked");
    expect(await outcome(person.robin("deescalate"))).toBe("nothing-to-revoke");
    expect(await isOn(flag, robin)).toBe(false);
  },
  {},
  { LEASES: "off" },
);
