import { type AccessRequest, isOpen } from "./request.ts";
import type { RequestQuery, RequestStore } from "./store.ts";

/** A store in the memory of the process, for tests and local runs. */
export function memoryStore(): RequestStore {
  const requests = new Map<string, AccessRequest>();
  return {
    async read(id) {
      return structuredClone(requests.get(id));
    },
    async write(request) {
      const current = requests.get(request.id);
      if ((current?.version ?? 0) !== request.version - 1)
        return { won: false, current: structuredClone(current) };
      requests.set(request.id, structuredClone(request));
      return { won: true };
    },
    async ids(query) {
      const { from = 0, to = Number.POSITIVE_INFINITY, limit } = query;
      return [...requests.values()]
        .filter((request) => fits(request, query))
        .filter(({ times }) => times.asked >= from && times.asked < to)
        .sort((a, b) => b.times.asked - a.times.asked)
        .slice(0, limit)
        .map(({ id }) => id);
    },
  };
}

function fits(request: AccessRequest, query: RequestQuery): boolean {
  if ("person" in query) return request.requester === query.person;
  if ("target" in query) return request.target === query.target;
  if ("status" in query) return request.status === query.status;
  return isOpen(request);
}
