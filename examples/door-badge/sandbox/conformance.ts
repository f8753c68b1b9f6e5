import { memorySystem, type Route, type SandboxSystem } from "@sym/conformance";

// Door's only path: GET returns whether the person may open the door, PUT grants the right, DELETE revokes the right.
const path = "/doors/{door}/people/{email}";

/** A stand-in for Door. A door is a group, and its members may open the door. */
const door = memorySystem({
  variables: { url: "DOOR_URL", token: "DOOR_TOKEN" },
  routes: {
    [`GET ${path}`]: answer(),
    [`PUT ${path}`]: answer((members, person) => members.add(person)),
    [`DELETE ${path}`]: answer((members, person) => members.delete(person)),
  },
});

function answer(change?: (members: Set<string>, person: string) => void): Route {
  return ({ people, groups }, { door: name, email }) => {
    const members = groups.find((group) => group.name === name)?.members;
    const person = people.find((one) => one.email === email);
    if (!members || !person) return { status: 404, body: { missing: members ? "person" : "door" } };
    change?.(members, person.id);
    return { status: 200, body: { open: members.has(person.id) } };
  };
}

/** How the conformance suite sets up and reads Door. */
export const system: SandboxSystem = {
  handler: "door-badge",
  settings: { door: "server-room" },
  standIn: door,
  begin: () => door.addGroup("server-room"),
  addPerson: (_, email) => door.addPerson(email),
  give: (_, email) => door.addMember(email, "server-room"),
  has: (_, email) => door.isMember(email, "server-room"),
  calls: { look: [`GET ${path}`], grant: `PUT ${path}`, restore: `DELETE ${path}` },
  unknownResource: { door: "no-such-door" },
  notApplicable: { "ambiguous user": "Door keeps each e-mail once" },
};
