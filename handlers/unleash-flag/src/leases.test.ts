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

testFlag(
  "the sweep revokes access whose deescalate never arrived",
  async ({ dynamoDb, send, outcome, flag, person }) => {
    await outcome(person.robin("escalate"));
    await passTime(dynamoDb, 2 * 3_600_000);
    expect((await send(sweep)).answer.body).toMatchObject({ finished: 1, orphans: 1 });
    expect(await strategies(flag)).toEqual([]);
  },
);

const toggle = { mode: "toggle" };

testFlag(
  "a toggle turns the flag on for all users, and the revoke restores the flag byte for byte",
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
  "the revoke of a toggle to off turns the flag on with its earlier strategies",
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
  "the revoke of a toggle to off fails if the flag's strategies were deleted since the grant",
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
  "a revoke changes nothing if an administrator has already restored the flag",
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
  "of two requests for one flag, the last revoke restores the flag",
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
  "a flag that was on before a toggle stays on after the revoke",
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
  "a request to turn a flag off is refused while another request holds the flag on",
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
  "without leases, a toggle is refused, because no record holds the state to restore",
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
  "without leases, a repeated grant targets the person once",
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
