import type { Lease } from "@sym/leases/lease";
import { epoch, type Given, type Invoked, type Operation, type World } from "./world.ts";

/** Adds a line to the trace: time, actor, action, and the state afterwards. Does nothing in runs without a trace. */
export function note(world: World, who: Invoked | string, what: string): void {
  if (!world.trace) return;
  const when = `+${((world.now - epoch) / 1_000).toFixed(3)}s`;
  world.trace.push(`${when.padStart(12)}  ${nameOf(who).padEnd(22)} ${what.padEnd(44)} ${show(world)}`);
}

function nameOf(who: Invoked | string): string {
  return typeof who === "string" ? who : [who.id, who.type, who.run?.id].filter(Boolean).join(" ");
}

function show(world: World): string {
  const states = world.plan.subjects.map(({ name }) => `${name}=${world.target.state(name)}`);
  return [...states, ...[...world.store.leases.values()].map(showLease)].join(" | ");
}

function showLease({ version, access, standing, ours, runs, ended, lock }: Lease): string {
  const held = [...runs].map(
    ([id, { state, wanted, intent }]) =>
      `${id} ${state} ${wanted}${intent ? ` (${intent.state ?? "nothing"})` : ""}`,
  );
  return [
    `lease ${access.subject} v${version}:`,
    `standing ${standing ?? "unknown"}, ours ${ours.join(" ") || "none"};`,
    `${held.join(", ") || "no runs"};`,
    ...(ended.size > 0 ? [`ended ${[...ended.keys()].join(", ")};`] : []),
    lock ? `locked by ${lock.owner} until +${((lock.until - epoch) / 1_000).toFixed(3)}s` : "unlocked",
  ].join(" ");
}

/** The state that a read returned; the effects of other calls are visible in the state. */
export function showValue({ name, applied }: Operation): string {
  return name === "read" || name === "find"
    ? `shows ${(applied?.value as { state: string } | undefined)?.state}`
    : "";
}

export function showAnswer(given: Given): string {
  if (given.result)
    return `ANSWERS ${given.result.outcome}${given.result.detail ? `: ${given.result.detail}` : ""}`;
  if (given.error === undefined) return "ends without an answer";
  return `ANSWERS an error: ${given.error instanceof Error ? given.error.message : given.error}`;
}
