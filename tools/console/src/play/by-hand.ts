import type { Person } from "@sym/flow";
import { nameOf } from "./cast.ts";
import type { Journal } from "./journal.ts";
import type { Offered, Stage } from "./stage.ts";

/** A change that no handler makes. `holds`: whether the person has the access afterwards. */
export type ByHand = { person: Person; by: "requester" | "admin"; holds: boolean };

/** Gives or takes an access without the handler. */
export async function changeByHand(
  { sandbox }: Stage,
  journal: Journal,
  { deployed, thing }: Offered,
  { person, by, holds }: ByHand,
): Promise<void> {
  const { target } = deployed;
  const before = await target.stateOf(sandbox, person, thing);
  await target.set(sandbox, person, thing, holds);
  const actor = by === "admin" ? "An administrator" : nameOf(person);
  journal.add({
    kind: "system",
    title: `${actor} ${holds ? "gives" : "takes"} the access by hand, in ${target.system}`,
    sentence: "",
    change: {
      what: `${nameOf(person)}: ${thing.label}`,
      before,
      after: await target.stateOf(sandbox, person, thing),
    },
  });
}
