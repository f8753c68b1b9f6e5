// The payload of an event to a handler, in exactly the form of Sym's payloads of schema version 6.
import { approversOf } from "./evaluate.ts";
import type { Person } from "./person.ts";
import type { AccessRequest } from "./request.ts";
import { uuidOf } from "./uuid.ts";

/** An event of Sym, or a plan, which has the fields of an escalate. */
export type HandlerPayload = Record<string, unknown>;

const org = "flow";
const version = "1.0.0";

/** The payload of a request's event. All payloads of one request's event are equal, as Sym's are. */
export function payloadFor(request: AccessRequest, type: "plan" | "escalate" | "deescalate"): HandlerPayload {
  const { id, target, times } = request;
  const isEnd = type === "deescalate";
  const ender = request.decisions.findLast(({ what }) => what === "end")?.by;
  const approver = approversOf(request).at(-1) ?? request.requester;
  const by = { plan: request.requester, escalate: approver, deescalate: ender ?? approver }[type];
  const at = { plan: times.asked, escalate: times.granting, deescalate: times.ending }[type];
  return {
    id: uuidOf(`${id} ${type}`),
    meta: { schema_version: 6 },
    state: { status: "processing", errors: [] },
    run: {
      srn: `${org}:run:${target}:${version}:${id}`,
      flow: `${org}:flow:${target}:${version}`,
      actors: {
        request: actor(request.requester),
        ...(type !== "plan" && { approve: actor(approver) }),
        ...(isEnd && { deescalate: actor(by) }),
      },
    },
    event: {
      srn: `sym:event-spec:approval:1.0.0:${type}`,
      type,
      template: "sym:template:approval:1.0.0",
      timestamp: naiveTimestamp(at ?? times.asked),
      // `sym` is Sym's channel of runs that were started through its API, not in Slack.
      channel: isEnd && ender === undefined ? "internal" : "sym",
    },
    actor: actor(by),
    fields: {
      ...(isEnd
        ? { deescalate_type: ender === undefined ? "scheduled" : "manual" }
        : { reason: request.reason, duration: request.duration }),
      ...targetFields(request),
    },
    type: "event",
  };
}

function targetFields({ target, access }: AccessRequest) {
  const targetId = uuidOf(`target ${target}`);
  return {
    target: {
      name: target,
      type: "aws_lambda_function",
      srn: `${org}:access_target:aws_lambda_function:${target}:latest:${targetId}`,
      label: access.label,
      settings: { arn: access.functionArn, ...access.settings },
    },
    target_id: targetId,
  };
}

/** Sym's identity of a user outside Slack. */
function actor(person: Person) {
  return {
    user: `${org}:user:normal:${uuidOf(`person ${person}`)}:latest`,
    name: "",
    username: person,
    identity: { service: "sym", external_id: "cloud", email: person },
  };
}

/** Sym's timestamps are in UTC with microseconds, and have no time zone. */
function naiveTimestamp(time: number): string {
  return new Date(time).toISOString().replace("Z", "000");
}
