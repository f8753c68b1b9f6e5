import { createJsonClient, readConnection, unexpectedResponse } from "@sym/http-client";
import { type Access, absent, type Invocation, notFound, ranked, type TargetSystem } from "@sym/lambda-core";
import { resolve } from "./resolve.ts";

/** Which person may open which door. Creates no person and no door. */
export function doorBadge(environment: Record<string, string | undefined>): TargetSystem<Access> {
  const connection = readConnection(environment, { system: "Door", prefix: "DOOR" });
  const client = createJsonClient(connection, { resource: "the badge", scheme: "Bearer" });

  /** Returns whether the person may open the door after the call. */
  async function call(method: string, access: Access, invocation: Invocation): Promise<boolean> {
    const { resource, subject, names } = access;
    const path = `/doors/${encodeURIComponent(resource)}/people/${encodeURIComponent(subject)}`;
    const response = await client(invocation, method, path);
    const { open, missing } = (response.body ?? {}) as { open?: boolean; missing?: string };
    if (response.status === 200 && open !== undefined) return open;
    if (missing === "door")
      throw notFound("resource", `${names.resource} does not exist in Door; add the door in Door`);
    if (missing === "person")
      throw notFound("subject", `${names.subject} does not exist in Door; add the person in Door`);
    throw unexpectedResponse(response, `${method} ${names.resource}`);
  }

  async function read(access: Access, invocation: Invocation) {
    const open = await call("GET", access, invocation);
    return { access, state: open ? "open" : absent, effect: "by-state" as const };
  }

  return {
    satisfies: ranked(absent, "open"),
    async find(request, invocation) {
      const access = resolve(request, connection.url);
      return { ...(await read(access, invocation)), wanted: "open" };
    },
    read,
    async set({ access }, { state }, invocation) {
      await call(state === "open" ? "PUT" : "DELETE", access, invocation);
      return {};
    },
  };
}
