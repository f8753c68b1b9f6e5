import { SymError } from "@sym/lambda-core";
import { derived, happens } from "./chance.ts";
import type { CoverageClass } from "./coverage.ts";
import { note, showValue } from "./trace.ts";
import type { Operation, World } from "./world.ts";

/** Moves a pending operation a step further: the operation takes effect, is answered, or fails. */
export function perform(world: World, operation: Operation): void {
  const { name, detail, by } = operation;
  const { fault, extra } = world.step;
  const isSleep = name === "sleep";
  const isFaulty = !world.calm && !isSleep && happens(fault, faultRate(world, name));
  if (!operation.applied && isFaulty && derived(fault, 1) < 0.5) {
    fail(world, operation, "fails, nothing was changed", "throttled");
    return;
  }
  const isAnsweredLater = !operation.applied && !isFaulty && !isSleep && happens(derived(extra, 7), 0.2);
  operation.applied ??= { value: operation.effect() };
  if (isAnsweredLater) note(world, by, `${name} ${detail} takes effect`);
  else if (isFaulty) fail(world, operation, "is done, but the answer is lost", "answer lost");
  else {
    remove(world, operation);
    note(world, by, `${name} ${detail}${showValue(operation)}`);
    operation.resolve(operation.applied.value);
  }
}

function faultRate({ plan }: World, name: string): number {
  if (plan.focus === undefined) return plan.faults;
  return plan.focus === name ? 0.3 : plan.faults / 5;
}

function fail(world: World, operation: Operation, how: string, kind: "throttled" | "answer lost"): void {
  remove(world, operation);
  note(world, operation.by, `${operation.name} ${operation.detail} ${how}`);
  const failing = shortNames[operation.name];
  const name = `${kind}: ${failing}` as CoverageClass;
  if (failing && name in world.coverage) world.coverage[name] += 1;
  operation.reject(
    world.step.extra < 0.7
      ? new SymError(`${operation.name} failed`, { reason: "unavailable" })
      : new Error("Failed"),
  );
}

const shortNames: Record<string, string> = {
  grant: "grant",
  restore: "restore",
  release: "release",
  "write lease": "store write",
  "close run": "close run",
};

function remove(world: World, operation: Operation): void {
  world.pending.splice(world.pending.indexOf(operation), 1);
}
