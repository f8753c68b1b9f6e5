import { randomUUID } from "node:crypto";
import {
  type AccessRequest,
  askFor,
  type DoorDeps,
  isTargetKey,
  type Person,
  parseDuration,
  routes,
} from "@sym/flow";
import * as v from "valibot";
import { flowInAws } from "../deps.ts";
import { required } from "../settings.ts";
import { type Answer, CallError, readFields } from "./http.ts";
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

/** How far a request has come, for the sentence about a failure. */
type Progress = { request: AccessRequest | undefined; isRecorded: boolean };

/** Takes a request of a person, and starts its execution. */
export async function ask(person: Person, body: unknown): Promise<Answer> {
  const asked = readFields(askShape, body);
  const { deps, engine } = flowInAws();
  const machine = required(process.env, "STATE_MACHINE_ARN");
  const progress: Progress = { request: undefined, isRecorded: false };
  const door: DoorDeps = {
    ...deps,
    store: {
      ...deps.store,
      write: (request) => {
        progress.request = request;
        return deps.store.write(request);
      },
    },
    start: (requestId) => {
      progress.isRecorded = true;
      return engine.start(machine, requestId);
    },
  };
  const next = await askFor(door, { ...asked, requester: person }, randomUUID()).catch((error: unknown) => {
    throw unfinished(error, progress);
  });
  if (!next.ok) return { status: 409, body: { error: next.refusal } };
  return { status: 201, body: { request: viewOf(next.request, deps.clock.now()) } };
}

/** The error for a request that may be in the table although the call failed. */
function unfinished(error: unknown, { request, isRecorded }: Progress): unknown {
  if (request === undefined) return error;
  const sentence = isRecorded
    ? `Request ${request.id} is recorded, but its start is not confirmed; show the request in ten minutes: it goes on, or the watchman has refused it`
    : `Request ${request.id} may or may not be recorded; list the requests before you ask again`;
  return new CallError(503, sentence, error);
}
