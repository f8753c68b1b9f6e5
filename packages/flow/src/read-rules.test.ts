import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { alex, robin, rulesJson, rulesOf, sam } from "./flow.test-support.ts";
import { readRules } from "./read-rules.ts";

const prefix = "This function is misconfigured: ";

test("rules are read with their defaults, in normal form and order", () => {
  const rules = rulesOf({
    may_approve: { people: ["Sam@Example.com", "alex@example.com", "sam@example.com"] },
    durations: ["4h", "30m", "30m", "1h"],
    approvals: null,
    break_glass: null,
  });
  expect(rules).toMatchObject({
    mayAsk: { people: [robin, sam] },
    mayApprove: { people: [alex, sam] },
    approvals: 1,
    durations: [1_800, 3_600, 14_400],
    longest: 7_200,
    reason: { required: true, ticket: null },
    decideWithin: 8 * 60 * 60,
    onCall: { mayAsk: { people: [sam] }, longest: 3_600, reason: { required: true, ticket: null } },
    breakGlass: null,
  });
});

test("the version changes with every value of the rules, and with nothing else", () => {
  const version = (changes = {}) => rulesOf(changes).version;
  const same = [
    { may_ask: { people: ["SAM@example.com", "robin@example.com"] } },
    { durations: ["4h", "60m", "30m"] },
    { decide_within: "480m" },
    { settings: { group_name: "prod-admins" } },
  ];
  const others = [
    { label: "Admins" },
    { settings: { group_name: "prod" } },
    { settings: { group_name: "prod-admins", more: "x" } },
    { may_ask: { people: ["robin@example.com"] } },
    { may_approve: { people: ["alex@example.com", "sam@example.com", "kim@example.com"] } },
    { durations: ["30m", "1h"] },
    { longest: "1h" },
    { reason: { required: false } },
    { decide_within: "1h" },
    { on_call: null },
    { break_glass: null },
  ];
  const versions = [{}, ...others].map(version);
  expect(new Set(versions).size).toBe(versions.length);
  for (const changes of same) expect(version(changes)).toBe(version());
});

test.for<[field: string, changes: Record<string, unknown>, sentence: string]>([
  ["target", { target: "Prod Admins" }, 'target is "Prod Admins", but must be 1 to 64 lower-case letters'],
  ["label", { label: " " }, 'label is "", but must be one line of text with 1 to 100 characters'],
  ["label", { label: "Pr\u200bod" }, "but must be text without control characters"],
  ["function_arn", { function_arn: "sym-iam" }, 'function_arn is "sym-iam", but must be the ARN'],
  ["settings", { settings: { arn: "x" } }, 'settings.arn is "arn", but is the name of a setting, but the'],
  ["settings", { settings: { "": "x" } }, "but must be letters, digits"],
  ["settings", { settings: { group: 1 } }, "settings.group is 1, but must be text"],
  ["may_ask", { may_ask: undefined }, "may_ask is missing; add the field"],
  ["may_ask", { may_ask: ["robin@example.com"] }, "may_ask is a list, but must be an object"],
  ["may_ask", { may_ask: { people: [] } }, "must be an object with people, slack_user_groups or both"],
  ["may_ask", { may_ask: { people: ["a@b@c"] } }, 'may_ask.people.0 is "a@b@c", but must be one e-mail'],
  ["may_approve", { may_approve: { people: [7] } }, "may_approve.people.0 is 7, but must be one e-mail"],
  ["may_approve", { may_approve: { groups: [] } }, "may_approve.groups is not a field of the rules"],
  ["approvals", { approvals: 3 }, "approvals is 3, but must be 1 or 2"],
  ["durations", { durations: [] }, "durations is an empty list, but must have at least one duration"],
  [
    "durations",
    { durations: Array.from({ length: 101 }, (_, index) => `${index + 1}m`) },
    "durations is a list, but must have at most 100 durations, because a form in Slack shows no more",
  ],
  ["durations", { durations: ["soon"] }, 'durations.0 is "soon", but must be a duration of at most 300 days'],
  ["durations", { durations: ["301d"] }, 'durations.0 is "301d", but must be a duration of at most 300 days'],
  ["longest", { longest: 3_600 }, "longest is 3600, but must be a duration of at most 300 days"],
  ["reason", { reason: { ticket: { pattern: "(", example: "(" } } }, "a valid regular expression"],
  ["reason", { reason: { ticket: { pattern: "OPS-\\d+", example: "OPS" } } }, "an example that matches"],
  ["reason", { reason: { required: false, ticket: { pattern: "a", example: "a" } } }, "has a ticket, so"],
  [
    "decide_within",
    { decide_within: "31d" },
    'decide_within is "31d", but must be a duration of at most 30 days',
  ],
  ["on_call", { on_call: { longest: "1h" } }, "on_call.may_ask is missing; add the field"],
  ["break_glass", { break_glass: true }, "break_glass is true, but must be an object with may_ask"],
  ["longest_", { longest_: "1h" }, "longest_ is not a field of the rules; remove the field"],
  [
    "approvals",
    { approvals: 2 },
    "may_approve has 1 people besides sam@example.com, but approvals is 2 and nobody approves an own request; add approvers, or remove sam@example.com from may_ask",
  ],
  [
    "may_approve",
    { may_approve: { people: ["robin@example.com", "Robin@Example.com"] } },
    "may_approve has 0 people besides robin@example.com, but approvals is 1",
  ],
  [
    "longest",
    { longest: "29m" },
    "longest is 29m, but the shortest of durations is 30m; raise longest, or add a shorter duration",
  ],
  [
    "on_call.longest",
    { on_call: { may_ask: { people: ["sam@example.com"] }, longest: "1m", message: "x" } },
    "on_call.longest is 1m, but the shortest of durations is 30m",
  ],
])("a fault in %s is refused with its value and remedy: %j", ([, changes, sentence]) => {
  const read = () => readRules(JSON.stringify(rulesJson(changes)));
  expect(read).toThrow(prefix);
  expect(read).toThrow(sentence);
});

test("each fault gets one sentence, with its target", () => {
  const faulty = rulesJson({ approvals: 0, label: "" });
  expect(() => readRules(JSON.stringify(faulty))).toThrow(
    expect.objectContaining({
      message: [
        `${prefix}Rules of prod-admins: label is "", but must be one line of text with 1 to 100 characters`,
        "Rules of prod-admins: approvals is 0, but must be 1 or 2",
      ].join(". "),
    }),
  );
});

test.for<[text: string, sentence: string]>([
  ["", "the rules of a target must be a JSON object"],
  ["{", "the rules of a target must be a JSON object"],
  ["7", "Rules of a target without a key: the text is 7, but must be an object with the rules of one target"],
  ["[]", "the text is an empty list, but must be an object with the rules of one target"],
])("%j is no rules", ([text, sentence]) => {
  expect(() => readRules(text)).toThrow(sentence);
});

test("the rules in the README can be read", () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const [, json = ""] = /^```json\n([\s\S]+?)^```$/m.exec(readme) ?? [];
  expect(readRules(json).target).toBe("prod-admins");
});
