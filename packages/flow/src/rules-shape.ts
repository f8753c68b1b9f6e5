// The JSON of one target's rules, as Terraform writes it. Each message completes the sentence "<field> is <value>, but".
import { createHash } from "node:crypto";
import { isResourceName } from "@sym/lambda-core";
import * as v from "valibot";
import { parseDuration } from "./duration.ts";
import { type Person, personShape } from "./person.ts";
import type { Members, TargetRules } from "./rules.ts";

const daySeconds = 24 * 60 * 60;
// Step Functions ends an execution after a year; an execution has the time for the decision, the hold and a day for the end.
const longestHoldSeconds = 300 * daySeconds;
const longestDecisionSeconds = 30 * daySeconds;
const mostDurations = 100; // Slack, "static_select".

const keyAdvice =
  "must be 1 to 64 lower-case letters, digits, - or _, such as prod-admins, because the key is part of the handler's payload";
const arnAdvice =
  "must be the ARN of the handler's function, such as arn:aws:lambda:us-east-1:111122223333:function:sym-iam-group";
const textAdvice = (longest: number) => `must be one line of text with 1 to ${longest} characters`;
const line = (longest: number) =>
  v.pipe(
    v.string(textAdvice(longest)),
    v.trim(),
    v.nonEmpty(textAdvice(longest)),
    v.maxLength(longest, textAdvice(longest)),
    v.check(isResourceName, "must be text without control characters or mixed alphabets"),
  );

/** An object with no other fields. valibot accepts a list as an object with numbers as keys. */
const objectOf = <E extends v.ObjectEntries>(entries: E, advice: string) =>
  v.pipe(
    v.unknown(),
    v.check((value) => !Array.isArray(value), advice),
    v.strictObject(entries, advice),
  );

const duration = (longest: number) => {
  const advice = `must be a duration of at most ${longest / daySeconds} days, such as 30m, 4h or 1d`;
  return v.pipe(
    v.string(advice),
    v.check((text) => (parseDuration(text) ?? Number.POSITIVE_INFINITY) <= longest, advice),
    v.transform((text) => parseDuration(text) ?? 0),
  );
};

const sorted = <T>(list: T[], order?: (a: T, b: T) => number) => [...new Set(list)].sort(order);

const membersAdvice =
  'must be an object with people, slack_user_groups or both, such as {"people":["robin@example.com"]}';
const groupAdvice = "must be a list of ids of Slack user groups, such as S0123ABCD";
const members = v.pipe(
  objectOf(
    {
      people: v.nullish(v.array(personShape, "must be a list of e-mail addresses"), []),
      slack_user_groups: v.nullish(
        v.array(v.pipe(v.string(groupAdvice), v.regex(/^S[A-Z\d]{2,30}$/, groupAdvice)), groupAdvice),
        [],
      ),
    },
    membersAdvice,
  ),
  v.check(({ people, slack_user_groups: groups }) => people.length + groups.length > 0, membersAdvice),
  v.transform(
    ({ people, slack_user_groups: groups }): Members => ({
      people: sorted<Person>(people),
      slackUserGroups: sorted(groups),
    }),
  ),
);

const ticketAdvice = "must be a pattern with an example of a reason, such as OPS-\\d+ with OPS-123";
const ticket = v.pipe(
  objectOf({ pattern: v.string(ticketAdvice), example: v.string(ticketAdvice) }, ticketAdvice),
  v.check(({ pattern }) => isPattern(pattern), "must have a pattern that is a valid regular expression"),
  v.check(
    ({ pattern, example }) => !isPattern(pattern) || new RegExp(pattern, "u").test(example),
    "must have an example that matches the pattern, or no requester can know a valid reason",
  ),
);

function isPattern(pattern: string): boolean {
  try {
    return new RegExp(pattern, "u").source !== "";
  } catch {
    return false;
  }
}

const reason = v.pipe(
  objectOf(
    {
      required: v.nullish(v.boolean("must be true or false"), true),
      ticket: v.nullish(ticket, null),
    },
    'must be an object such as {"required":true}',
  ),
  v.check(
    ({ required, ticket: rule }) => required || rule === null,
    "has a ticket, so required must be true or be left out",
  ),
);

const atOnce = v.pipe(
  objectOf(
    {
      may_ask: members,
      longest: duration(longestHoldSeconds),
      reason: v.nullish(reason, {}),
      message: line(500),
    },
    "must be an object with may_ask, longest, reason and message",
  ),
  v.transform(({ may_ask: mayAsk, longest, reason: rule, message }) => ({
    ...{ mayAsk, longest, reason: rule, message },
  })),
);

/** Names that the payload gives to other fields: a handler would take the setting for the choice of a person. */
const reservedSettings = ["arn", "reason", "duration", "target", "target_id", "deescalate_type"];
const settings = v.pipe(
  v.record(
    v.pipe(
      v.string(),
      v.regex(/^[a-zA-Z][\w.-]{0,63}$/, "is the name of a setting, but must be letters, digits, ., - or _"),
      v.check(
        (name) => !reservedSettings.includes(name),
        `is the name of a setting, but the payload has a field of this name; no setting may be named ${reservedSettings.join(", ")}`,
      ),
    ),
    v.pipe(
      v.string("must be text"),
      v.check(isResourceName, "must be text without control characters or mixed alphabets"),
    ),
    'must be a map from names to texts, such as {"group_name":"prod-admins"}',
  ),
  v.transform((map) => Object.fromEntries(sorted(Object.entries(map), ([a], [b]) => (a < b ? -1 : 1)))),
);

const channelAdvice = "must be the id of a Slack channel, such as C0123ABCD";

const key = /^[a-z\d][a-z\d_-]{0,63}$/;

/** Whether a text has the form of a target's key. */
export function isTargetKey(text: string): boolean {
  return key.test(text);
}

/** Reads the JSON of one target's rules. Left-out values get their defaults, and lists their order. */
export const rulesShape = v.pipe(
  objectOf(
    {
      target: v.pipe(v.string(keyAdvice), v.regex(key, keyAdvice)),
      label: line(100),
      function_arn: v.pipe(
        v.string(arnAdvice),
        v.regex(/^arn:aws[\w-]*:lambda:[a-z\d-]+:\d{12}:function:[\w-]{1,64}(:[\w$-]{1,128})?$/, arnAdvice),
      ),
      settings,
      may_ask: members,
      may_approve: members,
      approvals: v.nullish(v.picklist([1, 2], "must be 1 or 2"), 1),
      durations: v.pipe(
        v.array(duration(longestHoldSeconds), "must be a list of durations such as 30m"),
        v.nonEmpty("must have at least one duration, such as 30m"),
        v.maxLength(
          mostDurations,
          `must have at most ${mostDurations} durations, because a form in Slack shows no more`,
        ),
        v.transform((list) => sorted(list, (a, b) => a - b)),
      ),
      longest: duration(longestHoldSeconds),
      reason: v.nullish(reason, {}),
      decide_within: v.nullish(duration(longestDecisionSeconds), "8h"),
      on_call: v.nullish(atOnce, null),
      break_glass: v.nullish(atOnce, null),
      slack_channel: v.nullish(
        v.pipe(v.string(channelAdvice), v.regex(/^[CG][A-Z\d]{2,30}$/, channelAdvice)),
        null,
      ),
    },
    "must be an object with the rules of one target",
  ),
  v.transform((json): TargetRules => {
    const rules = {
      target: json.target,
      label: json.label,
      functionArn: json.function_arn,
      settings: json.settings,
      mayAsk: json.may_ask,
      mayApprove: json.may_approve,
      approvals: json.approvals,
      durations: json.durations,
      longest: json.longest,
      reason: json.reason,
      decideWithin: json.decide_within,
      onCall: json.on_call,
      breakGlass: json.break_glass,
      slackChannel: json.slack_channel,
    };
    const version = createHash("sha256").update(JSON.stringify(rules)).digest("base64url");
    return { ...rules, version, unreadGroups: [] };
  }),
);
