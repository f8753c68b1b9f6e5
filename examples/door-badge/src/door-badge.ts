import { createJsonClient, readConnection, unexpectedResponse } from "@sym/http-client";
import { type Invocation, notFound, type TargetSystem } from "@sym/lambda-core";
import { type DoorAccess, resolve } from "./resolve.ts";

const system = "Door";

/** Which person may open which door. Creates no person and no door. */
export function doorBadge(environment: Record<string, string | undefined>): TargetSystem<DoorAccess> {
  const connection = readConnection(environment, { system, prefix: "DOOR" });
  const client = createJsonClient(connection, { resource: "the badge", scheme: "Bearer" });

  /** Returns whether the person may open the door now. */
  async function call(method: string, access: DoorAccess, invocation: Invocation): Promise<boolean> {
    const { door, person, names } = access;
    const path = `/doors/${encodeURIComponent(door)}/people/${encodeURIComponent(person)}`;
    const response = await client(invocation, method, path);
    const { open, missing } = (response.body ?? {}) as { open?: boolean; missing?: string };
    if (response.status === 200 && open !== undefined) return open;
    if (missing === "door")
      throw notFound("resource", `${names.resource} is not in Door; add the door there`);
    if (missing === "person")
      throw notFound("subject", `${names.subject} is not in Door; add the person there`);
    throw unexpectedResponse(system, response, `${method} ${names.resource}`);
  }

  return {
    absent: "closed",
    staleReadMs: 0, // Door shows a change at once.
    resolve: async (request) => resolve(request),
    async read(access, invocation) {
      const open = await call("GET", access, invocation);
      return { state: open ? "open" : "closed", sufficient: open, access };
    },
    async grant(access, invocation) {
      await call("PUT", access, invocation);
      return {};
    },
    async restore(access, state, invocation) {
      if (state === "closed") await call("DELETE", access, invocation);
      return {};
    },
  };
}
