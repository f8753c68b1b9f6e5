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
  "escalate shows the flag to the requester alone, and deescalate hides the flag again",
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
  "a revoke keeps the target of another person, and the last revoke leaves nothing",
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
  "the last revoke turns the environment off, and the next grant turns it on again",
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

testFlag("the handler never edits another administrator's strategy", async ({ outcome, flag, person }) => {
  await addStrategy(flag, [sam]);
  await flip(flag, "on");
  const before = await flagOf(flag);
  const theirs = await strategies(flag);
  await outcome(person.robin("escalate"));
  expect((await strategies(flag)).filter(({ title }) => !title)).toEqual(theirs);
  await outcome(person.robin("deescalate"));
  expect(await flagOf(flag)).toBe(before);
});

testFlag("a flag that is already on for all users is standing access", async ({ outcome, flag, person }) => {
  await flip(flag, "on");
  const before = await flagOf(flag);
  expect(await outcome(person.robin("escalate"))).toBe("already-had-access");
  expect(await outcome(person.robin("deescalate"))).toBe("kept-standing");
  expect(await flagOf(flag)).toBe(before);
});

testFlag(
  "another administrator's strategy that names the person is standing access",
  async ({ outcome, flag, person }) => {
    await addStrategy(flag, [sam]);
    await flip(flag, "on");
    const before = await flagOf(flag);
    expect(await outcome(person.sam("escalate"))).toBe("already-had-access");
    expect(await outcome(person.sam("deescalate"))).toBe("kept-standing");
    expect(await flagOf(flag)).toBe(before);
  },
);

testFlag(
  "an escalate does not turn the environment on if that would show the flag to others",
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
  "a revoke leaves this function's strategy if an administrator changed it, and says so",
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
  "a revoke removes the strategy from a flag that an administrator turned off, and leaves the flag off",
  async ({ outcome, flag, person }) => {
    await outcome(person.robin("escalate"));
    await flip(flag, "off");
    expect(await outcome(person.robin("deescalate"))).toBe("revoked");
    expect(await strategies(flag)).toEqual([]);
    expect(await isOn(flag, robin)).toBe(false);
  },
);

testFlag("a revoke succeeds if the strategy has already been deleted", async ({ outcome, flag, person }) => {
  await outcome(person.robin("escalate"));
  const [ours] = await strategies(flag);
  await unleash.admin("DELETE", strategyPath(flag, ours?.id));
  expect(await outcome(person.robin("deescalate"))).toBe("revoked");
});

testFlag("an escalate for an archived flag is refused", async ({ send, flag, person }) => {
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
  "a revoke fails if the flag was archived, because reviving the flag would restore the access",
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

testFlag("deleting the flag ends the access, and the answer says so", async (fixture) => {
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
  "a revoke fails if the environment left the project, because its strategies could return",
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
  "a revoke fails if the token cannot find the flag and the flag's name is still in use",
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

testFlag("the answer names a missing environment", async ({ send, flag, person }) => {
  const { answer } = await send(person.robin("escalate", { environment: "staging" }));
  expect(answer.errors).toEqual([
    `Unleash flag ${flag} has no environment staging; correct the target's setting environment`,
  ]);
});

testFlag(
  "the strategy contains the user key that the target derives from the e-mail address",
  async ({ outcome, flag, person }) => {
    expect(await outcome(person.robin("escalate", { context_key: "emp:{sha256}" }))).toBe("granted");
    expect((await strategies(flag))[0]?.constraints).toEqual([
      { contextName: "userId", operator: "IN", values: [expect.stringMatching(/^emp:[0-9a-f]{64}$/)] },
    ]);
  },
);

testFlag(
  "a grant adds one strategy and the revoke removes it, even if responses are lost",
  async ({ outcome, flag, person }) => {
    unleash.faults.inject({ method: "POST", path: /strategies$/, kind: "answer-lost" });
    unleash.faults.inject({ method: "POST", path: /\/on$/, kind: "answer-lost" });
    expect(await outcome(person.robin("escalate"))).toBe("granted");
    expect(await strategies(flag)).toHaveLength(1);
    unleash.faults.inject({ method: "DELETE", path: /strategies/, kind: "answer-lost" });
    expect(await outcome(person.robin("deescalate"))).toBe("revoked");
    expect(await strategies(flag)).toEqual([]);
  },
);

testFlag("a grant that fails half-way leaves no strategy", async ({ send, flag, person }) => {
  unleash.faults.inject({ method: "POST", path: /\/on$/, kind: { status: 503 }, times: 3 });
  const { answer } = await send(person.robin("escalate"));
  expect(answer.body["outcome"]).toBe("failed");
  expect(answer.errors[0]).toMatch(
    /^Unleash did not complete the request \(503\), so the flag may or may not have changed; check Unleash for the change/,
  );
  expect(await strategies(flag)).toEqual([]);
});

testFlag("a throttled request is retried when Unleash says", async ({ outcome, person }) => {
  const kind = { status: 429, headers: { "retry-after": "0" } };
  unleash.faults.inject({ method: "POST", path: /strategies$/, kind });
  expect(await outcome(person.robin("escalate"))).toBe("granted");
});

// Change requests are in the Enterprise edition only. The body is the one of Unleash's own PermissionError.
testFlag(
  "the answer explains that the environment requires change requests",
  async ({ send, flag, person }) => {
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
  },
);

testFlag(
  "a token without the permission is not reported as a change request",
  async ({ send, flag, person }) => {
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
  },
);

testFlag("Unleash's limit on strategies has its own error sentence", async ({ send, flag, person }) => {
  for (const _ of Array(30).keys()) await addStrategy(flag, [sam]);
  await flip(flag, "on");
  const { answer } = await send(person.robin("escalate"));
  expect(answer.errors[0]).toContain(
    `Unleash did not accept the request to change flag ${flag} in default/development (400 ExceedsLimitError); check the target's settings and the limits in Unleash`,
  );
});
