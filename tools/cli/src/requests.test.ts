// The commands request and requests, against the built API of the flow.
import { rulesJson } from "@sym/flow-functions/flow-account.test-support";
import { expect, test } from "vitest";
import { openFlow, standard } from "./flow.test-support.ts";

const time = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC`;

test("request asks, and requests shows, approves and ends", async () => {
  const { request, requests, toApproval, toHold, invoke } = await openFlow();
  const asked = await request("robin", ...standard);
  expect(asked).toMatchObject({ code: 0, stderr: "" });
  const [, id = ""] =
    /^Request (flow-[\da-f-]{36}): asked\.\nThe request waits for the handler's plan\. The approvers are asked after the\nplan\.\nNext: npm run requests -- show \1\n$/.exec(
      asked.stdout,
    ) ?? [];
  expect(asked.stdout).toContain(`Request ${id}`);
  expect(id).not.toBe("");
  await toApproval(id);
  const list = await requests("auditor", "list");
  expect(list.stdout).toMatch(
    new RegExp(
      `^id       ${id}\nwho      robin@example\\.com\nwhat     Production admins \\(prod-admins\\) for 30m\nwhy      Restart the importer\nstatus   asked: The request waits for approval until .* UTC\\.\nasked    ${time}\n\nRequests: 1\\.\n$`,
    ),
  );
  expect(await requests("kim", "approve", id)).toEqual({
    code: 0,
    stdout: `Request ${id}: approved.\nThe request is approved, and the grant is about to begin.\nNext: npm run requests -- show ${id}\n`,
    stderr: "",
  });
  await toHold(id);
  const ended = await requests("robin", "end", id);
  expect(ended.stdout).toContain(`Request ${id}: ending.\nThe flow ends the access.`);
  await invoke("deescalate", { request: id });

  const { code, stdout, stderr } = await requests("sam", "show", id);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  for (const line of [
    `^request ${id}$`,
    "^status   ended: The access of this request has ended\\.$",
    "^who      robin@example\\.com$",
    "^what     Production admins \\(prod-admins\\) for 30m$",
    "^why      Restart the importer$",
    `^held     ${time}, until ${time}$`,
    `^over     ${time}$`,
    `^plan     would-grant, ${time}\n         Robin would become a member of prod-admins\\.$`,
    `^decision kim@example\\.com approved, by command, ${time}$`,
    `^decision robin@example\\.com ended, by command, ${time}$`,
    `^grant    granted, ${time}\n         Robin is a member of prod-admins\\.$`,
    `^end      revoked, ${time}\n         Robin is no member of prod-admins any more\\.$`,
    `^message  asked, to approvers, told ${time}\n         robin@example\\.com asks for Production admins for 30m\\.`,
    `^message  ended, to requester, told ${time}$`,
  ])
    expect(stdout).toMatch(new RegExp(line, "m"));
  expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
});

test("--wait waits until the access is granted, and --json prints the API's answer", async () => {
  const { request } = await openFlow({
    onStart: async ({ toApproval, toHold }, id) => {
      await toApproval(id);
      await toHold(id);
    },
  });
  const broken = ["prod-admins", "--for", "30m", "--reason", "INC-7: down", "--route", "break-glass"];
  const { code, stdout, stderr } = await request("robin", ...broken, "--wait", "--json");
  expect(JSON.parse(stdout)).toMatchObject({
    request: {
      status: "held",
      route: "break-glass",
      meaning: expect.stringContaining("has the access until"),
    },
  });
  expect(code).toBe(0);
  expect(stderr).toMatch(/^Request flow-\S+: asked\. /);
  expect(stderr).toMatch(/^Request flow-\S+: held\. /m);
});

test("--wait for a request that is refused ends with code 1", async () => {
  const { request, requests } = await openFlow({
    onStart: async ({ toApproval }, id) => {
      await toApproval(id);
      await requests("kim", "deny", id);
    },
  });
  const { code, stdout } = await request("robin", ...standard, "--wait");
  expect({ code, stdout }).toEqual({
    code: 1,
    stdout: expect.stringMatching(/^Request flow-\S+: denied\.\n/),
  });
});

test("two approvals are two people, and neither is the requester by another principal", async () => {
  const { ask, requests, toApproval, flow } = await openFlow();
  flow.parameters.set(
    "/sym/rules/prod-admins",
    rulesJson({
      approvals: 2,
      may_approve: { people: ["alex", "kim", "robin"].map((name) => `${name}@example.com`) },
    }),
  );
  const id = await ask();
  await toApproval(id);
  for (const name of ["robin", "robinsUser"])
    expect(await requests(name, "approve", id)).toEqual({
      code: 1,
      stdout: "",
      stderr: "Nobody approves an own request; ask another approver.\n",
    });
  for (const _ of [1, 2])
    expect((await requests("alex", "approve", id)).stdout).toContain(
      `Request ${id}: asked.\nApprovals so far: 1. The request waits for another approval until`,
    );
  expect((await requests("kim", "approve", id)).stdout).toContain(`Request ${id}: approved.`);
});

test("a requester withdraws, and nobody decides afterwards", async () => {
  const { ask, requests, toApproval } = await openFlow();
  const id = await ask();
  await toApproval(id);
  expect((await requests("robinsUser", "withdraw", id)).stdout).toContain(`Request ${id}: withdrawn.`);
  const refusal = await requests("alex", "approve", id, "--json");
  expect(refusal).toMatchObject({ code: 1, stderr: `Request ${id} was withdrawn.\n` });
  expect(JSON.parse(refusal.stdout)).toEqual({ error: `Request ${id} was withdrawn` });
});

test("list filters and pages, and shows broken records", async () => {
  const { ask, requests, request, breakRecord } = await openFlow();
  const first = await ask();
  await request("sam", ...standard);
  const broken = "flow-22222222-2222-4222-8222-222222222222";
  await breakRecord(broken, 1_700_000_000_000);
  const { stdout } = await requests("kim", "list", "--person", "robin@example.com", "--open");
  expect(stdout).toContain(`id       ${first}\n`);
  expect(stdout).toContain("Requests: 1.\n");
  const all = await requests("kim", "list", "--status", "asked", "--limit", "100");
  expect(all.stdout).toContain(`broken   ${broken}\n         The record ${broken} in the table of\n`);
  expect(all.stdout).toContain("Requests: 2, broken: 1.\n");
  const page = await requests("kim", "list", "--limit", "1");
  const [, to = ""] = /^There may be more: add --to (\S+) for the next page\.$/m.exec(page.stdout) ?? [];
  expect((await requests("kim", "list", "--limit", "1", "--to", to)).stdout).toContain(`id       ${first}\n`);
  expect((await requests("kim", "list", "--from", "2999-01-01")).stdout).toBe("Requests: 0.\n");
});

test("targets shows what the person may ask for", async () => {
  const { requests } = await openFlow();
  expect((await requests("robin", "targets")).stdout).toBe(
    [
      "target   prod-admins",
      "what     Production admins",
      "route    approval: for 30m, 1h. Approvals: 1, within 8h. A reason is needed.",
      "route    break-glass: for 30m. The rules approve at once, and everyone is told.",
      "         The reason needs a ticket, such as INC-7: the importer is down.",
      "",
      "Targets that you may ask for: 1.",
      "",
    ].join("\n"),
  );
  expect((await requests("kim", "targets")).stdout).toBe("Targets that you may ask for: 0.\n");
});

test("the API's refusals are sentences, with code 1", async () => {
  const { request, requests, ask } = await openFlow();
  const refused = async (run: ReturnType<typeof request>) => {
    const { code, stdout, stderr } = await run;
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    return stderr;
  };
  const [target = "", ...rest] = standard;
  expect(await refused(request("alex", ...standard))).toBe(
    "alex@example.com may not ask for Production admins; have this e-mail added to may_ask in the target's rules.\n",
  );
  expect(await refused(request("robin", target, "--for", "1800"))).toContain(
    'duration is "1800", but must be a whole',
  );
  expect(await refused(request("robin", "../targets", ...rest))).toContain(
    'target is "../targets", but must be the key',
  );
  expect(await refused(request("robin", ...standard, "--route", "on-call"))).toContain(
    "has no rule for on-call",
  );
  const unknown = "flow-33333333-3333-4333-8333-333333333333";
  expect(await refused(requests("robin", "show", unknown))).toBe(
    `There is no request ${unknown}; list the requests, and check the id.
`,
  );
  expect(await refused(requests("auditor", "targets"))).toContain(
    "Principal arn:aws:iam::111122223333:user/auditor is no person in ALLOWED_PRINCIPALS; call with the role",
  );
  const id = await ask();
  expect(await refused(requests("alex", "approve", id))).toBe(
    `Request ${id} is not ready for approval; try again in a minute.\n`,
  );
  expect(await refused(requests("kim", "withdraw", id))).toContain("Only robin@example.com may withdraw");
});
