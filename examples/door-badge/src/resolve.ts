// Change this file first: it maps Sym's words onto yours. Who is the requester in Door, and which door is meant?
import { type Access, type SymRequest, wrongSetting } from "@sym/lambda-core";

/** One person's right to open one door. */
export type DoorAccess = Access & { person: string; door: string };

export function resolve(request: SymRequest): DoorAccess {
  const { requester: person, target } = request;
  const { door = "" } = target.settings;
  // The door's name becomes part of a path.
  if (!/^[\w-]+$/.test(door)) throw wrongSetting(request, "door", "set it to the name of a door");
  const names = { subject: `Badge holder ${person}`, resource: `door ${door}` };
  return { subject: person, resource: door, names, granted: ["open"], person, door };
}
