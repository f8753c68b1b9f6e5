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
  "escalate shows the flag to the requester alone, and deescalate ends that",
  async ({ send, flag, person }) => {
    const before = await flagOf(flag);
    const granted = await send(person.robin("escalate"));
    expect(granted.answer).toMatchObject({
      body: {
        outcome: "granted",
        resource: `Unleash flag ${flag} in default/development (on for user ${robin})`,
        subject: `user ${robin}`,
      },
      errors: [],
    });
    expect([await isOn(flag, robin), await isOn(flag, sam)]).toEqual([true, false]);
    expect((await send(person.robin("deescalate"))).answer).toMatchObject({ body: { outcome: "revoked" } });
    expect(await isOn(flag, robin)).toBe(false);
    expect(await flagOf(flag)).toBe(before);
  },
);

testFlag(
  "of two people targeted at once, the one who leaves does not take the other along, and nothing is left",
  async ({ outcome, flag, person }) => {
    const before = await flagOf(flag);
    expect(await outcome(person.robin("escalate"))).toBe("granted");
    expect(await outcome(person.sam("escalate"))).toBe("granted");
    expect([await isOn(flag, robin), await isOn(flag, sam)]).toEqual([true, true]);
    expect(await outcome(person.robin("deescalate"))).toBe("revoked");
    expect([await isOn(flag, robin), await isOn(flag, sam)]).toEqual([false, true]);
    expect(await outcome(person.sam("deescalate"))).toBe("revoked");
    expect([await isOn(flag, robin), await isOn(flag, sam)]).toEqual([false, false]);
    expect(await flagOf(flag)).toBe(before);
  },
);

testFlag(
  "the environment is off again after the last one, and on again for the next",
  async ({ outcome, flag, person }) => {
    for (const run of [person.robin, person.overlap]) {
      expect(await outcome(run("escalate"))).toBe("granted");
      expect(await strategies(flag)).toHaveLength(1);
      expect(await isOn(flag, "somebody.else@example.com")).toBe(false);
      expect(await outcome(run("deescalate"))).toBe("revoked");
      expect(await strategies(flag)).toEqual([]);
    }
  },
);

testFlag("strategies of others are never edited", async ({ outcome, flag, person }) => {
  await addStrategy(flag, [sam]);
  await flip(flag, "on");
  const before = await flagOf(flag);
  const theirs = await strategies(flag);
  await outcome(person.robin("escalate"));
  expect((await strategies(flag)).filter(({ title }) => !title)).toEqual(theirs);
  await outcome(person.robin("deescalate"));
  expect(await flagOf(flag)).toBe(before);
});

testFlag("a flag that was on for everybody before is standing access", async ({ outcome, flag, person }) => {
  await flip(flag, "on");
  const before = await flagOf(flag);
  expect(await outcome(person.robin("escalate"))).toBe("already-had-access");
  expect(await outcome(person.robin("deescalate"))).toBe("kept-standing");
  expect(await flagOf(flag)).toBe(before);
});

testFlag("so is a strategy of others that names the person", async ({ outcome, flag, person }) => {
  await addStrategy(flag, [sam]);
  await flip(flag, "on");
  const before = await flagOf(flag);
  expect(await outcome(person.sam("escalate"))).toBe("already-had-access");
  expect(await outcome(person.sam("deescalate"))).toBe("kept-standing");
  expect(await flagOf(flag)).toBe(before);
});

testFlag(
  "an environment that is off is not switched on if that shows the flag to others",
  async ({ send, flag, person }) => {
    await addStrategy(flag, []);
    await flip(flag, "off");
    const before = await flagOf(flag);
    const { answer } = await send(person.robin("escalate"));
    expect(answer).toMatchObject({
      body: { outcome: "refused" },
      errors: [
        `Unleash flag ${flag} in default/development is off, and switching it on for one user would also activate its other strategies; switch the flag on in Unleash first`,
      ],
    });
    expect(await flagOf(flag)).toBe(before);
  },
);

testFlag(
  "a strategy of ours that somebody else changed is left alone, and that is told",
  async ({ send, outcome, flag, person }) => {
    await outcome(person.robin("escalate"));
    const [ours] = await strategies(flag);
    const change = [{ op: "replace", path: "/constraints/0/values", value: [robin, sam] }];
    await unleash.admin("PATCH", strategyPath(flag, ours?.id), change);
    const { answer } = await send(person.robin("deescalate"));
    expect(answer.body["outcome"]).toBe("kept-standing");
    expect(answer.body["message"]).toContain(
      "another administrator or system changed the access after the grant",
    );
    expect(await isOn(flag, sam)).toBe(true);
  },
);

testFlag(
  "a flag that somebody switched off stays off, and loses our strategy",
  async ({ outcome, flag, person }) => {
    await outcome(person.robin("escalate"));
    await flip(flag, "off");
    expect(await outcome(person.robin("deescalate"))).toBe("revoked");
    expect(await strategies(flag)).toEqual([]);
    expect(await isOn(flag, robin)).toBe(false);
  },
);

testFlag("a strategy that is gone already is no error", async ({ outcome, flag, person }) => {
  await outcome(person.robin("escalate"));
  const [ours] = await strategies(flag);
  await unleash.admin("DELETE", strategyPath(flag, ours?.id));
  expect(await outcome(person.robin("deescalate"))).toBe("revoked");
});

testFlag("an archived flag is given to nobody", async ({ send, flag, person }) => {
  await unleash.admin("DELETE", `/projects/default/features/${flag}`);
  expect((await send(person.robin("escalate"))).answer).toMatchObject({
    body: { outcome: "refused" },
    errors: [
      `Unleash flag ${flag} in default/development is archived, so it cannot be granted; revive the flag first`,
    ],
  });
  expect(await strategies(flag)).toEqual([]);
});

testFlag(
  "a flag that was archived meanwhile is an error, and no end: with the flag, the access would come back",
  async ({ send, flag, person, dynamoDb }) => {
    await send(person.robin("escalate"));
    await unleash.admin("DELETE", `/projects/default/features/${flag}`);
    const { answer } = await send(person.robin("deescalate"));
    expect(answer.body["outcome"]).toBe("failed");
    expect(answer.errors[0]).toBe(
      `Unleash flag ${flag} in default/development is archived, and Unleash does not change archived flags; delete the flag, or revive it until the access is revoked; the end of the request is recorded, so the next sweep tries again; until then the access may remain`,
    );
    await unleash.admin("POST", `/archive/revive/${flag}`);
    expect(await strategies(flag)).toHaveLength(1);
    await passTime(dynamoDb, 60_000);
    expect((await send(sweep)).answer.body).toMatchObject({ finished: 1, failed: 0 });
    expect(await strategies(flag)).toEqual([]);
  },
);

testFlag("a flag that was deleted ends the access, and the answer says so", async (fixture) => {
  const { send, flag, person, dynamoDb } = fixture;
  await send(person.robin("escalate"));
  await unleash.admin("DELETE", `/projects/default/features/${flag}`);
  await unleash.admin("DELETE", `/archive/${flag}`);
  expect((await send(person.robin("deescalate"))).answer).toMatchObject({
    body: {
      outcome: "revoked",
      message: expect.stringMatching(
        / has ended: the resource no longer exists, so the access ended with it\.$/,
      ),
    },
    errors: [],
  });
  await passTime(dynamoDb, 3_600_000);
  expect((await send(sweep)).answer.body).toMatchObject({ due: 0 });
});

testFlag(
  "a flag whose environment was taken out of the project is an error, and no end: the strategies can come back",
  async ({ send, flag, person, dynamoDb }) => {
    await send(person.robin("escalate"));
    await unleash.admin("DELETE", "/projects/default/environments/development");
    try {
      const { answer } = await send(person.robin("deescalate"));
      expect(answer.body["outcome"]).toBe("failed");
      expect(answer.errors[0]).toMatch(new RegExp(`^Unleash flag ${flag} has no environment development; `));
    } finally {
      await unleash.admin("POST", "/projects/default/environments", { environment: "development" });
    }
    await passTime(dynamoDb, 60_000);
    expect((await send(sweep)).answer.body).toMatchObject({ finished: 1, failed: 0 });
    expect(await strategies(flag)).toEqual([]);
  },
);

testFlag(
  "a flag that the token finds nowhere, and whose name is not free, is an error, and no end",
  async ({ send, flag, person }) => {
    await send(person.robin("escalate"));
    unleash.faults.inject({
      method: "GET",
      path: new RegExp(`/features/${flag}`),
      kind: { status: 404, body: { name: "NotFoundError", message: "No such flag" } },
      times: 100,
    });
    const { answer } = await send(person.robin("deescalate"));
    expect(answer.errors[0]).toMatch(
      new RegExp(`^Unleash project default has no flag ${flag} in development that the token can see; `),
    );
    expect(await strategies(flag)).toHaveLength(1);
  },
);

testFlag("a missing environment is named", async ({ send, flag, person }) => {
  const { answer } = await send(person.robin("escalate", { environment: "staging" }));
  expect(answer.errors).toEqual([
    `Unleash flag ${flag} has no environment staging; correct the target's setting environment`,
  ]);
});

testFlag(
  "a key for the user can be made of the e-mail, and is what Unleash compares",
  async ({ outcome, flag, person }) => {
    expect(await outcome(person.robin("escalate", { context_key: "emp:{sha256}" }))).toBe("granted");
    expect((await strategies(flag))[0]?.constraints).toEqual([
      { contextName: "userId", operator: "IN", values: [expect.stringMatching(/^emp:[0-9a-f]{64}$/)] },
    ]);
  },
);

testFlag("lost answers leave one strategy, and then none", async ({ outcome, flag, person }) => {
  unleash.faults.inject({ method: "POST", path: /strategies$/, kind: "answer-lost" });
  unleash.faults.inject({ method: "POST", path: /\/on$/, kind: "answer-lost" });
  expect(await outcome(person.robin("escalate"))).toBe("granted");
  expect(await strategies(flag)).toHaveLength(1);
  unleash.faults.inject({ method: "DELETE", path: /strategies/, kind: "answer-lost" });
  expect(await outcome(person.robin("deescalate"))).toBe("revoked");
  expect(await strategies(flag)).toEqual([]);
});

testFlag(
  "a grant that fails half-way leaves no strategy for the day on which somebody switches the flag on",
  async ({ send, flag, person }) => {
    unleash.faults.inject({ method: "POST", path: /\/on$/, kind: { status: 503 }, times: 3 });
    const { answer } = await send(person.robin("escalate"));
    expect(answer.body["outcome"]).toBe("failed");
    expect(answer.errors[0]).toMatch(
      /^Unleash did not complete the request \(503\), so the flag may or may not have changed; check Unleash for the change/,
    );
    expect(await strategies(flag)).toEqual([]);
  },
);

testFlag("throttling is waited out for as long as Unleash says", async ({ outcome, person }) => {
  const kind = { status: 429, headers: { "retry-after": "0" } };
  unleash.faults.inject({ method: "POST", path: /strategies$/, kind });
  expect(await outcome(person.robin("escalate"))).toBe("granted");
});

// Change requests are in the Enterprise edition only. The body is the one of Unleash's own PermissionError.
testFlag("an environment with change requests is explained", async ({ send, flag, person }) => {
  const body = { name: "PermissionError", message: "robin may not", permissions: ["SKIP_CHANGE_REQUEST"] };
  unleash.faults.inject({ method: "POST", path: /strategies$/, kind: { status: 403, body } });
  const { answer } = await send(person.robin("escalate"));
  expect(answer).toMatchObject({
    body: { outcome: "refused" },
    errors: [
      "Unleash requires a change request for changes in development; create the change request in Unleash, or give the token's account the permission to skip change requests",
    ],
  });
  expect(await strategies(flag)).toEqual([]);
});

testFlag("a token without the permission is told apart from that", async ({ send, flag, person }) => {
  const body = {
    name: "PermissionError",
    message: "robin may not",
    permissions: ["CREATE_FEATURE_STRATEGY"],
  };
  unleash.faults.inject({ method: "POST", path: /strategies$/, kind: { status: 403, body } });
  const { answer } = await send(person.robin("escalate"));
  expect(answer.errors[0]).toContain(
    `The token for Unleash is not allowed to change flag ${flag} in default/development; give the token's role that permission`,
  );
  expect(JSON.stringify(answer)).not.toContain("robin may not");
});

testFlag("too many strategies are refused in our words", async ({ send, flag, person }) => {
  for (const _ of Array(30).keys()) await addStrategy(flag, [sam]);
  await flip(flag, "on");
  const { answer } = await send(person.robin("escalate"));
  expect(answer.errors[0]).toContain(
    `Unleash did not accept the request to change flag ${flag} in default/development (400 ExceedsLimitError); check the target's settings and the limits in Unleash`,
  );
});
