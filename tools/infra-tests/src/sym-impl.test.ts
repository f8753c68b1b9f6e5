import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { findSymSdks, type ImplCase, type ImplResult, runImpl } from "./sym-sdk.ts";
import { infraFolder } from "./terraform.ts";

const impl = path.join(infraFolder, "sym/impl.py");
const sdks = findSymSdks();
const isReal = sdks.some(({ kind }) => kind === "sdk");
if (sdks.length === 0)
  process.stderr.write("SKIPPED: tests of impl.py, because Python 3.9 is not on the PATH\n");
else if (!isReal)
  process.stderr.write("impl.py is tested only with a stub, because pip could not install sym-sdk\n");

test.runIf(process.env["CI"])("Python is installed in CI", () => {
  expect(sdks).not.toEqual([]);
});

const channelForErrors = "the reason is in the channel for errors.";
const silent = "the function did not report its result. Ask the administrators of the function.";
const uncertain = {
  after_escalate: "You may not have the approved access",
  after_deescalate: "Your access may not have ended",
};
const body = { message: "You now have access to IAM group prod-admins.", outcome: "granted" };
const refused = { message: "You did not get access to Admins: the group is missing.", outcome: "refused" };

/**
 * The function's answer and the requester's message; a message that begins with `;` or `:` follows the uncertain
 * sentence.
 */
const answers: [name: string, answer: unknown, text: string][] = [
  ["a grant", { body, errors: [] }, body.message],
  ["an answer without errors", { body }, body.message],
  ["a refusal in its own words", { body: refused, errors: ["the group is missing"] }, refused.message],
  [
    "a failure in its own words",
    { body: { ...refused, outcome: "failed" }, errors: ["no"] },
    refused.message,
  ],
  ["errors beside a message of success", { body, errors: ["it broke"] }, `; ${channelForErrors}`],
  ["errors without a body", { errors: ["it broke"] }, `; ${channelForErrors}`],
  ["a refusal without words", { body: { outcome: "refused" }, errors: ["no"] }, `; ${channelForErrors}`],
  ["errors that are a text", { body, errors: "it broke" }, `; ${channelForErrors}`],
  ["errors that are an object", { body, errors: { "0": "it broke" } }, `; ${channelForErrors}`],
  ["errors that are a number", { body, errors: 500 }, `; ${channelForErrors}`],
  ["errors that are true", { body, errors: true }, `; ${channelForErrors}`],
  ["errors that are null", { body, errors: null }, body.message],
  ["no body", { errors: [] }, `: ${silent}`],
  ["a body that is null", { body: null, errors: [] }, `: ${silent}`],
  ["a body that is a text", { body: "granted", errors: [] }, `: ${silent}`],
  ["a body that is a list", { body: [body], errors: [] }, `: ${silent}`],
  ["no message", { body: { outcome: "granted" }, errors: [] }, `: ${silent}`],
  ["an empty message", { body: { ...body, message: "" }, errors: [] }, `: ${silent}`],
  ["a message that is an object", { body: { message: { text: "yes" } }, errors: [] }, `: ${silent}`],
  ["a message that is a list", { body: { message: ["yes"] }, errors: [] }, `: ${silent}`],
  ["an outcome that is a list", { body: { ...body, outcome: [] }, errors: ["no"] }, `; ${channelForErrors}`],
  ["nothing", null, `: ${silent}`],
  ["a text", "granted", `: ${silent}`],
  ["a list", [{ body }], `: ${silent}`],
  ["a number", 0, `: ${silent}`],
];

const approver = "11111111-1111-4111-8111-111111111111";

describe.each(sdks)("impl.py with sym-sdk ($kind)", (sdk) => {
  const play = (cases: ImplCase[]): ImplResult[] => runImpl(sdk, impl, cases).results;

  test("the run names its version of sym-sdk", () => {
    const name = sdk.kind === "sdk" ? "sym-sdk 0.61.0, RestrictedPython 8.1" : "a stub of sym-sdk";
    expect(runImpl(sdk, impl, []).name).toBe(name);
  });

  test.each(["after_escalate", "after_deescalate"] as const)(
    "%s sends the function's answer to the requester alone",
    (call) => {
      const results = play(answers.map(([, answer]) => ({ call, answer })));
      const said = results.map(({ sent }, at) => [answers[at]?.[0], sent]);
      const expected = answers.map(([name, , text]) => [
        name,
        [{ to: "requester@example.com", message: /^[;:]/.test(text) ? uncertain[call] + text : text }],
      ]);
      expect(said).toEqual(expected);
    },
  );

  test("after_deescalate passes on that standing access was kept", () => {
    const message = "Your request has ended. You had the access before, and keep it.";
    const [result] = play([
      { call: "after_deescalate", answer: { body: { message, outcome: "kept-standing" }, errors: [] } },
    ]);
    expect(result?.sent).toEqual([{ to: "requester@example.com", message }]);
  });

  test("an error of Slack does not end the run as errored", () => {
    const calls = ["after_escalate", "after_deescalate"];
    const results = play(calls.map((call) => ({ call, answer: { body, errors: [] }, slack_fails: true })));
    expect(results.map(({ sent }) => sent)).toEqual([[], []]);
  });

  test("members of the channel may approve, but not their own requests; for an empty channel, admins may", () => {
    const results = play([
      { call: "get_permissions", members: { "#approvals": [approver] } },
      { call: "get_permissions", members: { "#approvals": [] } },
      { call: "get_permissions", slack_fails: true },
    ]);
    const permission = { webapp_view: "member", allow_self_approval: false };
    expect(results.map(({ returned }) => returned)).toEqual([
      { ...permission, approve_deny: [approver] },
      { ...permission, approve_deny: "admin" },
      { ...permission, approve_deny: "admin" },
    ]);
  });

  test("requests go to the channel for approvals", () => {
    const [result] = play([{ call: "get_request_notifications" }]);
    expect(result?.returned).toMatchObject([{ destinations: [{ channel_name: "#approvals" }] }]);
  });

  test.each([
    ["import os\n", "Sym does not allow to import os"],
    ["from urllib import request\n", "Sym does not allow to import urllib"],
    ["all([])\n", "name 'all' is not defined"],
    ["dict()\n", "name 'dict' is not defined"],
    ["open('/dev/null')\n", "name 'open' is not defined"],
  ])("the limits hold: %j is refused", (addition, sentence) => {
    const folder = mkdtempSync(path.join(tmpdir(), "sym-impl-"));
    const file = path.join(folder, "impl.py");
    writeFileSync(file, readFileSync(impl, "utf8") + addition);
    try {
      expect(() => runImpl(sdk, file, [{ call: "after_escalate" }])).toThrow(sentence);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
