// The refusals of events, settings and targets.
import { testPayload } from "@sym/test-payloads/payloads";
import { expect, test } from "vitest";
import type { SymError } from "./errors.ts";
import { parseEvent } from "./event.ts";
import { checkAllowedSettings, checkFunctionArn, parseAllowedSettings, wrongSetting } from "./guard.ts";

const request = parseEvent(testPayload("escalate.json"));
const { arn } = testPayload("escalate.json").fields.target.settings;

test.for([undefined, "", "{}"])("the allow-list %j allows no chosen setting", (text) => {
  expect(parseAllowedSettings(text)).toEqual({});
});

test.for(["{", "1", '{"group_name":"readers"}', '{"group_name":[1]}'])(
  "the allow-list %s is refused",
  (text) => {
    expect(() => parseAllowedSettings(text)).toThrow("ALLOWED_SETTINGS must be a JSON object of lists");
  },
);

const withSettings = (settings: Record<string, string>, fields = {}) => ({
  ...request,
  ...{ fields, target: { ...request.target, settings } },
});

test("a function accepts its own targets, under every alias and version", () => {
  for (const [setting, own] of [
    [arn, arn],
    [`${arn}:live`, arn],
    [arn, `${arn}:7`],
  ] as const)
    expect(() => checkFunctionArn(withSettings({ arn: setting }), own)).not.toThrow();
});

test("a target of another function, or without an ARN, is refused", () => {
  const other = `${arn}-2`;
  expect(() => checkFunctionArn(withSettings({ arn: other }), `${arn}:live`)).toThrow(
    expect.objectContaining({
      message: `Payload refused: fields.target.settings.arn is ${other}, but this function is ${arn}; set the sym_target's arn to this function's ARN`,
      path: "fields.target.settings.arn",
    }),
  );
  expect(() => checkFunctionArn(withSettings({}), arn)).toThrow("settings.arn is missing, but this");
});

test("only a setting that a person chose needs an allowed value", () => {
  const check = (settings: Record<string, string>, fields = {}) =>
    checkAllowedSettings(withSettings(settings, fields), { group_name: ["readers", "writers"] });
  expect(() => check({ group_name: "writers" }, { group_name: "writers" })).not.toThrow();
  expect(() => check({ team: "red" })).not.toThrow();
  for (const fields of [{}, { group_name: "admins" }])
    expect(() => check({ group_name: "admins" }, fields)).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(
          /^Payload refused: fields.target.settings.group_name is "admins", which/,
        ),
        path: "fields.target.settings.group_name",
      }),
    );
  expect(() => check({ team: "red" }, { team: "red" })).toThrow("which ALLOWED_SETTINGS does not allow");
});

test("the error for a wrong setting names its value, the lack of a value, or the given description", () => {
  const asked = withSettings({ group_name: "prod" });
  const { name } = request.target;
  const end = "as its setting group_name; mend it";
  expect(wrongSetting(asked, "group_name", "mend it")).toMatchObject({
    ...{ message: `Target ${name} has "prod" ${end}`, path: "fields.target.settings.group_name" },
  });
  expect(wrongSetting(withSettings({}), "group_name", "mend it").message).toBe(
    `Target ${name} has nothing ${end}`,
  );
  expect(wrongSetting(asked, "group_name", "mend it", "a wildcard").message).toBe(
    `Target ${name} has a wildcard ${end}`,
  );
});

/** The refusal of an event whose part at `path` is `value`. */
function refused(path: string, value: unknown): string {
  const payload: unknown = testPayload("escalate.json");
  const names = path.split(".");
  const last = names.pop() ?? "";
  const parent = names.reduce((part, name) => (part as Record<string, unknown>)[name], payload);
  (parent as Record<string, unknown>)[last] = value;
  try {
    parseEvent(payload);
  } catch (error) {
    return (error as SymError).message.slice("Payload refused: ".length);
  }
  return "accepted";
}

const ofSrn = (last: string) => `sym:run:a:1.0:${last}`;
const longest = 366 * 86_400;
const duration = `; it must be a whole number of seconds between 1 and ${longest}, or be left out`;
const srn = "; it must be an SRN with at least five parts and at most 1000 characters";
test.for<[path: string, value: unknown, sentence: string]>([
  ["event", [], "event.type is missing; it must be"],
  ["event.type", "Escalate", 'event.type is "Escalate"; it must be "escalate" or "deescalate"'],
  ["run", "a", 'run is "a"; it must be an object'],
  ["run.srn", ofSrn("a-1_B"), "accepted"],
  ["run.srn", `x-y_Z:${ofSrn("1")}`, "accepted"],
  ["run.srn", "sym:run:a:1", `run.srn is "sym:run:a:1"${srn}`],
  ["run.srn", ofSrn("a.b"), `run.srn is "${ofSrn("a.b")}"${srn}`],
  ["run.srn", ` ${ofSrn("1")}`, `run.srn is " ${ofSrn("1")}"${srn}`],
  ["run.srn", `.${ofSrn("1")}`, `run.srn is ".${ofSrn("1")}"${srn}`],
  ["run.srn", ofSrn("1\n"), `run.srn is "${ofSrn("1")}\\n"${srn}`],
  ["run.srn", ofSrn(""), `run.srn is "${ofSrn("")}"${srn}`],
  ["run.srn", ofSrn("1".repeat(1_000 - ofSrn("").length)), "accepted"],
  ["run.srn", ofSrn("1".repeat(1_001 - ofSrn("").length)), 'run.srn is "sym:run:a:1.0:1'],
  ["run.actors.request", null, "run.actors.request is null; it must name the requester, who"],
  ["run.actors.request.username", "", 'run.actors.request.username is ""; it must be the'],
  ["fields", [], "fields.target is missing; it must be the requested sym_target"],
  ["fields.target", "a", 'fields.target is "a"; it must be the requested sym_target'],
  ["fields.target.name", "", 'fields.target.name is ""; it must be a name without control'],
  ["fields.target.name", "a\u0430\u0001", 'fields.target.name is "a\\u0430\\u0001"; it must'],
  ["fields.target.name", "a\u00e9\u200b", 'fields.target.name is "a\\u00e9\\u200b"; it must'],
  ["fields.target.label", 1, "fields.target.label is 1; it must be a string, or be left out"],
  ["fields.target.settings", ["a"], "fields.target.settings is a list; it must be a JSON object whose"],
  ["fields.target.settings.arn", { a: 1 }, "fields.target.settings.arn is an object; it must be a string"],
  ["fields.target.settings.arn", "\u0001", 'fields.target.settings.arn is "\\u0001"; it must be a string'],
  ["fields.duration", 1, "accepted"],
  ["fields.duration", longest, "accepted"],
  ["fields.duration", 0, `fields.duration is 0${duration}`],
  ["fields.duration", 1.5, `fields.duration is 1.5${duration}`],
  ["fields.duration", longest + 1, `fields.duration is ${longest + 1}${duration}`],
  ["fields.duration", "x".repeat(58), `fields.duration is "${"x".repeat(58)}"${duration}`],
  ["fields.duration", "x".repeat(59), `fields.duration is "${"x".repeat(56)}...${duration}`],
])("an event with %s %j is answered: %s", ([path, value, sentence]) => {
  expect(refused(path, value).slice(0, sentence.length)).toBe(sentence);
});

test.for([
  [["a"], "a list"],
  [[], "a list"],
  ["escalate", '"escalate"'],
  [1, "1"],
  [null, "null"],
] as const)("an event that is %j is not an event of Sym", ([input, found]) => {
  expect(() => parseEvent(input)).toThrow(
    `Payload refused: the payload is ${found}; an event from Sym is a JSON object`,
  );
});

test("the refusal of an event has the path of the wrong field for programs", () => {
  const payload = testPayload("escalate.json");
  payload.event.type = "sweep";
  expect(() => parseEvent(payload)).toThrow(
    expect.objectContaining({ path: "event.type", reason: "refused" }),
  );
});

test("an event is reduced to the fields that are safe to act on", () => {
  const payload = testPayload("escalate.json");
  expect(parseEvent(payload)).toEqual({
    ...{ type: "escalate", runId: payload.run.srn.split(":").at(-1) },
    requester: payload.run.actors.request.username,
    target: {
      name: payload.fields.target.name,
      label: "Production admins",
      settings: payload.fields.target.settings,
    },
    duration: 1_800,
    fields: expect.not.objectContaining({ target: expect.anything() }),
  });
  expect(request.fields).toHaveProperty("duration", 1_800);
  for (const own of [request.fields, request.target.settings]) expect(Object.getPrototypeOf(own)).toBeNull();
  expect(parseEvent(testPayload("null-label-escalate.json")).target.label).toBeUndefined();
  expect(parseEvent(testPayload("no-duration-escalate.json")).duration).toBeUndefined();
});
