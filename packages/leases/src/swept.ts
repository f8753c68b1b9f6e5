import type { Access, ActionResult } from "@sym/lambda-core";
import { decideEnd } from "./decisions.ts";
import { resultOfEnd } from "./deescalate.ts";
import { finish } from "./finish.ts";
import type { Lease } from "./lease.ts";
import type { Look, Session } from "./session.ts";
import { closingRuns } from "./transitions.ts";

/** A run that the sweep has ended, and the result of its end. */
export type Swept = { runId: string; result: ActionResult };

/** Ends the closing runs of a lease, and returns the result of each end. */
export async function finishAll<A extends Access>(
  session: Session<A>,
  held: Lease<A>,
  look: Look<A>,
): Promise<Swept[]> {
  const finished = await finish(session, held, look);
  const { value: reading, error } = look.found;
  const { lease } = decideEnd(held, reading && { state: reading.state, at: look.at }, session.rules);
  const gone = session.goneBy(error, held, look.at);
  return Promise.all(
    closingRuns(held).map(async (runId) => {
      const wanted = held.runs.get(runId)?.wanted ?? "";
      const ended = { names: held.access.names, wanted, lease, gone, reading };
      return { runId, result: await resultOfEnd(session.rules, ended, finished) };
    }),
  );
}

/** The result of a run that has set nothing. */
export function heldNothing({ names }: Access): ActionResult {
  return { ...names, outcome: "nothing-to-revoke" };
}
