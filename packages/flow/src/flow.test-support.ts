// Rules, people and requests for tests.
import { type Person, personOf } from "./person.ts";
import { readRules } from "./read-rules.ts";
import { type AccessRequest, type Asked, newRequest } from "./request.ts";
import type { TargetRules } from "./rules.ts";

export const start = 1_800_000_000_000;
export const uuid = "11111111-1111-4111-8111-111111111111";

export const robin = person("robin@example.com");
export const alex = person("alex@example.com");
export const sam = person("sam@example.com");

export function person(email: string): Person {
  const found = personOf(email);
  if (found === undefined) throw new Error(`${email} is no e-mail`);
  return found;
}

/** The JSON of one target's rules: Robin and Sam may ask, Alex and Sam may approve. */
export function rulesJson(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    target: "prod-admins",
    label: "Production admins",
    function_arn: "arn:aws:lambda:us-east-1:123456789012:function:sym-access",
    settings: { group_name: "prod-admins" },
    may_ask: { people: ["robin@example.com", "sam@example.com"] },
    may_approve: { people: ["alex@example.com", "sam@example.com"] },
    durations: ["30m", "1h", "4h"],
    longest: "2h",
    on_call: { may_ask: { people: ["sam@example.com"] }, longest: "1h", message: "Sam is on call." },
    break_glass: {
      may_ask: { people: ["robin@example.com"] },
      longest: "30m",
      reason: { ticket: { pattern: "INC-\\d+", example: "INC-1: the importer is stuck" } },
      message: "The glass is broken.",
    },
    ...changes,
  };
}

export function rulesOf(changes: Record<string, unknown> = {}): TargetRules {
  return readRules(JSON.stringify(rulesJson(changes)));
}

export const asked: Asked = {
  target: "prod-admins",
  requester: robin,
  duration: 1_800,
  reason: "Restart the importer",
  route: "approval",
};

export function someRequest(changes: Partial<AccessRequest> = {}): AccessRequest {
  return { ...newRequest(rulesOf(), asked, uuid, start), ...changes };
}

/** The request after its ask: the approvers know of it. */
export function askedRequest(request = someRequest()): AccessRequest {
  const message = {
    kind: "asked" as const,
    to: "approvers" as const,
    text: "Approve?",
    at: start,
    told: start,
    toldIn: ["topic" as const],
    problem: null,
  };
  return { ...request, messages: [message] };
}
