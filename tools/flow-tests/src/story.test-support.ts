// The steps of a story: people decide, and time passes until something has happened.
import type { AccessRequest } from "@sym/flow";
import { alex, type Flow } from "./flow.ts";

const soon = 15;

/** `flow` is there once the tests run. The times are minutes. */
export function storyOf(flow: () => Flow) {
  const until = (id: string, holds: (request: AccessRequest) => boolean, minutes = soon) =>
    flow().until(minutes, async () => holds(await flow().read(id)));
  const untilIs = (id: string, wanted: AccessRequest["status"], minutes = soon) =>
    until(id, ({ status }) => status === wanted, minutes);
  const untilAsked = (id: string) =>
    until(id, ({ messages }) => messages.some(({ kind }) => kind === "asked"));
  return {
    ...{ until, untilIs, untilAsked },
    async told(id: string): Promise<string[]> {
      return (await flow().read(id)).messages.map(
        ({ kind, to, told: at }) => `${kind} to ${to}${at === null ? ", untold" : ""}`,
      );
    },
    /** A request that is approved and granted. */
    async held(person: string, asked: Record<string, unknown> = {}): Promise<string> {
      const id = await flow().ask(person, asked);
      await untilAsked(id);
      await flow().decide(alex, id, "approve");
      await untilIs(id, "held");
      return id;
    },
  };
}
