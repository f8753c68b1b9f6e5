import type { Call } from "@sym/stand-ins/kernel/call";

/** What has happened, for the timelines. Times in milliseconds since the epoch. */
export type Entry = {
  number: number;
  at: number;
  /** The request that the entry is about; undefined for what concerns no request. */
  request: string | undefined;
  kind: "person" | "function" | "message" | "system" | "time" | "trouble";
  title: string;
  /** The sentence that people read: an answer, a message or a refusal. */
  sentence: string;
  isBad: boolean;
  /** What the target system held before and after. */
  change?: { what: string; before: string; after: string };
  calls?: Call[];
  logs?: string[];
};

type NewEntry = Omit<Entry, "number" | "at" | "request" | "isBad"> &
  Partial<Pick<Entry, "request" | "isBad">>;

export type Journal = ReturnType<typeof createJournal>;

/** The entries in order, and the listeners of each change of the console's state. */
export function createJournal() {
  const entries: Entry[] = [];
  const listeners = new Set<() => void>();

  function changed(): void {
    for (const listen of listeners) listen();
  }

  return {
    entries,
    changed,
    add({ request, isBad = false, ...entry }: NewEntry): void {
      entries.push({ ...entry, request, isBad, number: entries.length + 1, at: Date.now() });
      changed();
    },
    onChange(listen: () => void): () => void {
      listeners.add(listen);
      return () => listeners.delete(listen);
    },
  };
}
