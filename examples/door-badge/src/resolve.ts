// Change this file first: `resolve` maps the requester to a person, and the target to a door.
import { type Access, type SymRequest, wrongSetting } from "@sym/lambda-core";

/** A person's right to open a door. `host` is the URL of Door's API. */
export function resolve(request: SymRequest, host: string): Access {
  const { requester, target } = request;
  const { door = "" } = target.settings;
  // The door's name becomes part of a path.
  if (!/^[\w-]+$/.test(door)) throw wrongSetting(request, "door", "set it to the name of a door");
  const names = { subject: `Badge holder ${requester}`, resource: `door ${door}` };
  // Door has no ids: names and e-mails never change there. For your system, use immutable ids.
  return { host, resource: door, subject: requester.toLowerCase(), names };
}
