// Change this file first: it maps Sym's words onto yours. Who is the requester in Door, and which door is meant?
import { type Access, type SymRequest, wrongSetting } from "@sym/lambda-core";

/** One person's right to open one door. `host` is the one that answers Door's API. */
export function resolve(request: SymRequest, host: string): Access {
  const { requester, target } = request;
  const { door = "" } = target.settings;
  // The door's name becomes part of a path.
  if (!/^[\w-]+$/.test(door)) throw wrongSetting(request, "door", "set it to the name of a door");
  const names = { subject: `Badge holder ${requester}`, resource: `door ${door}` };
  // Door has no ids: a door keeps its name, a person the e-mail, in small letters. Take the ids of a system that has some.
  return { host, resource: door, subject: requester.toLowerCase(), names };
}
