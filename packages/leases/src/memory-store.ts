import type { Lease } from "./lease.ts";
import { type Due, type LeaseStore, runDueAfterMs, type StoredRun } from "./store.ts";

type RunRecord = Omit<StoredRun, "id">;

/** A store in the memory of this process, for tests, the simulation and the demo. */
export function memoryStore(): LeaseStore & { leases: Map<string, Lease> } {
  const leases = new Map<string, Lease>();
  const runs = new Map<string, RunRecord>();
  /** By the name of the due item. */
  const failingSince = new Map<string, number>();
  const nameOf = ({ lease, run }: Pick<Due, "lease" | "run">) =>
    run === undefined ? `lease#${lease}` : `run#${run}`;

  /** All items of the index, the first due first. */
  function listDue(): { dueAt: number; item: Due }[] {
    const all: { dueAt: number; item: Due }[] = [];
    for (const [lease, { access, dueAt }] of leases)
      if (dueAt !== null) all.push({ dueAt, item: { lease, host: access.host } });
    for (const [run, { opened, dueAt }] of runs)
      if (opened && dueAt !== null)
        all.push({ dueAt, item: { lease: opened.key, host: opened.access.host, run } });
    for (const { item } of all) {
      const since = failingSince.get(nameOf(item));
      if (since !== undefined) item.failingSince = since;
    }
    return all.sort((a, b) => a.dueAt - b.dueAt);
  }

  function notDue(runId: string): void {
    const run = runs.get(runId);
    if (run) run.dueAt = null;
    failingSince.delete(`run#${runId}`);
  }

  return {
    leases,
    async openRun({ id, key, access, wish }, dueAt) {
      const known = runs.get(id);
      if (known?.opened && (known.opened.key !== key || known.opened.wish !== wish)) return "other";
      if (known && known.closedAt !== null) return "closed";
      if (known) return "opened";
      runs.set(id, { opened: structuredClone({ key, access, wish }), closedAt: null, dueAt });
      return "opened";
    },
    async closeRun(runId, now, only) {
      const run = runs.get(runId) ?? { closedAt: null, dueAt: null };
      const { opened } = run;
      if (opened && only !== undefined && opened.key !== only) return { was: "other" };
      const dueAt = opened ? now + runDueAfterMs : null;
      runs.set(runId, { ...run, closedAt: run.closedAt ?? now, dueAt });
      if (!opened) return { was: "never-opened" };
      return { was: "opened", key: opened.key, access: structuredClone(opened.access) };
    },
    async leaveToLease(runId) {
      if (runs.get(runId)?.closedAt === null) notDue(runId);
    },
    async forgetRun(runId) {
      notDue(runId);
    },
    async readRun(id) {
      const run = runs.get(id);
      return run && { id, ...structuredClone(run) };
    },
    async read(key) {
      return structuredClone(leases.get(key));
    },
    async write(lease) {
      const current = leases.get(lease.key);
      if ((current?.version ?? 0) !== lease.version - 1)
        return { won: false, current: structuredClone(current) };
      leases.set(lease.key, structuredClone(lease));
      const name = nameOf({ lease: lease.key });
      if (lease.failure) failingSince.set(name, lease.failure.since);
      else failingSince.delete(name);
      return { won: true };
    },
    async due(now, limit) {
      return listDue()
        .filter(({ dueAt }) => dueAt <= now)
        .slice(0, limit)
        .map(({ item }) => item);
    },
    async later(now) {
      const items = listDue().flatMap(({ dueAt, item }) => (dueAt > now ? [item] : []));
      const open = items.filter((item) => item.run === undefined && item.failingSince === undefined);
      return { open: open.length, failingSince: items.flatMap((item) => item.failingSince ?? []) };
    },
    async postpone(item, dueAt, now) {
      const record = item.run === undefined ? leases.get(item.lease) : runs.get(item.run);
      if (!record || record.dueAt === null) return;
      record.dueAt = dueAt;
      const name = nameOf(item);
      failingSince.set(name, failingSince.get(name) ?? now);
    },
  };
}
