import { memorySystem, type Route } from "@sym/conformance";

/** Door's only path: GET says whether the door is open for the person, PUT opens it, DELETE closes it. */
export const path = "/doors/{door}/people/{email}";

/** A stand-in for Door. A door is a group, and who may open it is in it. */
export const door = memorySystem({
  variables: { url: "DOOR_URL", token: "DOOR_TOKEN" },
  routes: {
    [`GET ${path}`]: answer(),
    [`PUT ${path}`]: answer((members, person) => members.add(person)),
    [`DELETE ${path}`]: answer((members, person) => members.delete(person)),
  },
});

function answer(change?: (members: Set<string>, person: string) => void): Route {
  return ({ people, groups }, { door, email }) => {
    const members = groups.find(({ name }) => name === door)?.members;
    const person = people.find((one) => one.email === email);
    if (!members || !person) return { status: 404, body: { missing: members ? "person" : "door" } };
    change?.(members, person.id);
    return { status: 200, body: { open: members.has(person.id) } };
  };
}
