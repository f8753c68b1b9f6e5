import path from "node:path";
import { runScript, temporaryFolder } from "@sym/command-line/front-door.test-support";

export const ESCALATE = "test-payloads/escalate.json";
/** The id of the run in `ESCALATE`. */
export const run = "11111111-1111-4111-8111-111111111111";

/** Opens a sandbox, and the commands `invoke` and `leases` on this sandbox. */
export async function openSandbox() {
  const folder = await temporaryFolder();
  const environment = { SANDBOX_STATE: path.join(folder, "state.json") };
  const leases = (...args: string[]) => runScript("leases", args, { environment });
  return {
    table: { table: "sym-iam-group-leases", file: path.join(folder, "leases", "iam-group.json") },
    folder,
    environment,
    leases,
    invoke: (...args: string[]) => runScript("invoke", ["iam-group", ...args], { environment }),
    /** The key of the only lease, made of the ids from IAM. */
    key: async () => JSON.parse((await leases("list", "--json")).stdout).leases[0].key as string,
  };
}
