import { setTimeout as pause } from "node:timers/promises";
import { UsageError } from "@sym/command-line/usage-error";
import type { Api } from "./api.ts";
import { sentence } from "./report.ts";
import type { Shown } from "./shapes.ts";

const longestWaitMs = 30 * 60_000;
const longestPauseMs = 10_000;
const undecided = ["asked", "approved", "granting"];

/**
 * Looks at a request until it is granted or over, for 30 minutes at most. `tell` gets each change of the status. Resolves to
 * the request as it was last seen.
 */
export async function waitForGrant(api: Api, asked: Shown, tell: (request: Shown) => void): Promise<Shown> {
  const deadline = Date.now() + longestWaitMs;
  let seen = asked;
  for (let pauseMs = 500; undecided.includes(seen.status) && Date.now() < deadline; ) {
    await pause(pauseMs);
    pauseMs = Math.min(2 * pauseMs, longestPauseMs);
    const latest = await look(api, seen);
    if (latest.status !== seen.status) tell(latest);
    seen = latest;
  }
  return seen;
}

/** The API may be busy for a moment: the request is then as it was last seen. */
async function look(api: Api, seen: Shown): Promise<Shown> {
  const found = `Request ${seen.id} is recorded, but was not found again. npm run requests -- show ${seen.id} looks again.`;
  const { status, body, error } = await api("GET", `/requests/${seen.id}`).catch((failure: unknown) => {
    if (!(failure instanceof UsageError)) throw failure;
    throw new UsageError(`${failure.message} ${found}`);
  });
  if (error === undefined) return body["request"] as Shown;
  if (status === 503) return seen;
  throw new UsageError(`${sentence(error)} ${found}`);
}
