import type { Access } from "@sym/lambda-core";
import type { Lease } from "./lease.ts";
import { type Due, type LeaseStore, runDueAfterMs } from "./store.ts";

type RunRecord = { access?: Access; closed: boolean; dueAt?: number };

/** A store in the memory of this process, for tests, the simulation and the demo. */
export function memoryStore(): LeaseStore & { leases: Map<string, Lease> } {
  const leases = new Map<string, Lease>();
  const runs = new Map<string, RunRecord>();
  return {
    leases,
    async openRun(runId, access) {
      if (runs.get(runId)?.closed) return false;
      runs.set(runId, structuredClone({ access, closed: false }));
      return true;
    },
    async closeRun(runId, now) {
      const access = runs.get(runId)?.access;
      runs.set(runId, { closed: true, ...(access && { access, dueAt: now + runDueAfterMs }) });
      return structuredClone(access);
    },
    async forgetRun(runId) {
      const run = runs.get(runId);
      if (run) delete run.dueAt;
    },
    async read(key) {
      return structuredClone(leases.get(key));
    },
    async write(lease) {
      const current = leases.get(lease.key);
      if ((current?.version ?? 0) !== lease.version - 1)
        return { won: false, current: structuredClone(current) };
      leases.set(lease.key, structuredClone(lease));
      return { won: true };
    },
    async due(now, limit) {
      const all: { dueAt: number; item: Due }[] = [];
      for (const [key, { dueAt }] of leases) if (dueAt !== null) all.push({ dueAt, item: { lease: key } });
      for (const [runId, { dueAt }] of runs)
        if (dueAt !== undefined) all.push({ dueAt, item: { run: runId } });
      return all
        .filter(({ dueAt }) => dueAt <= now)
        .sort((a, b) => a.dueAt - b.dueAt)
        .slice(0, limit)
        .map(({ item }) => item);
    },
  };
}
