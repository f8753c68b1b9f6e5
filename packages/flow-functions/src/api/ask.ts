import { randomUUID } from "node:crypto";
import { isTargetKey, type Person, parseDuration, routes } from "@sym/flow";
import * as v from "valibot";
import { flowInAws } from "../deps.ts";
import { recordRequest } from "../record.ts";
import { type Answer, readFields } from "./http.ts";
import { viewOf } from "./view.ts";

const durationAdvice = "must be a whole number with s, m, h or d, such as 30m";
const targetAdvice = "must be the key of a target, such as prod-admins; GET /targets lists the targets";
const reasonAdvice = "must be text without control characters, except for line breaks and tabs";

const askShape = v.strictObject({
  target: v.pipe(v.string(targetAdvice), v.check(isTargetKey, targetAdvice)),
  duration: v.pipe(
    v.string(durationAdvice),
    v.check((text) => parseDuration(text) !== undefined, durationAdvice),
    v.transform((text) => parseDuration(text) ?? 0),
  ),
  // SNS, Slack and the handler's log do not take every control character.
  reason: v.optional(
    v.pipe(
      v.string(reasonAdvice),
      v.check((text) => text.isWellFormed() && !/[^\P{Cc}\n\t]/u.test(text), reasonAdvice),
    ),
    "",
  ),
  route: v.optional(v.picklist(routes, `must be ${routes.join(", ")}`), "approval"),
});

/** Takes a request of a person, and starts its execution. */
export async function ask(person: Person, body: unknown): Promise<Answer> {
  const asked = readFields(askShape, body);
  const next = await recordRequest({ ...asked, requester: person }, randomUUID());
  if (!next.ok) return { status: 409, body: { error: next.refusal } };
  return { status: 201, body: { request: viewOf(next.request, flowInAws().deps.clock.now()) } };
}
