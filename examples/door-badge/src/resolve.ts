// Change this file first: it maps the requester to a person of Door, and the target to a door.
import { type Access, type SymRequest, wrongSetting } from "@sym/lambda-core";

/** A person's right to open a door. `host` is the host of Door's API. */
export function resolve(request: SymRequest, host: string): Access {
  const { requester, target } = request;
  const { door = "" } = target.settings;
  // The door's name becomes part of a path.
  if (!/^[\w-]+$/.test(door)) throw wrongSetting(request, "door", "set it to the name of a door");
  const names = { subject: `Badge holder ${requester}`, resource: `door ${door}` };
  // Door has no ids: the door's name and the e-mail in lower case identify the access. If your system has ids, use the ids.
  return { host, resource: door, subject: requester.toLowerCase(), names };
}
