import { type Found, type Invocation, type Reading, SymError, type TargetSystem } from "@sym/lambda-core";
import { subjectBook } from "./books.ts";
import { call } from "./call.ts";
import { graceOf } from "./plan.ts";
import { checkOurChange, type OurChange } from "./promises.ts";
import type { SimAccess } from "./target.ts";
import type { Invoked, Signal, World } from "./world.ts";

/** The target system. Each call waits for the scheduler. */
export function targetPort(world: World, by: Invoked): TargetSystem<SimAccess> {
  const { target, plan } = world;
  const look = (name: string, access: SimAccess, { budget }: Invocation): Promise<Reading<SimAccess>> => {
    // An abandoned read can return after a later read.
    const number = ++by.reads;
    const { isOwner } = subjectBook(world.books, access.subject).subject;
    return call(world, by, {
      name,
      effect: () => {
        world.tick += 1;
        if (number === by.reads) by.sawAt = world.tick;
        by.lookedAt = world.tick;
        const state = target.seen(access.subject, world.now, world.step.extra);
        if (state !== target.state(access.subject)) world.coverage["old reading"] += 1;
        if (target.isDeleted(access.subject)) return undefined;
        return { state, effect: isOwner ? ("anyway" as const) : ("by-state" as const), access };
      },
      signal: signalOf(budget),
    })
      .catch((error: unknown) => {
        if (number === by.reads) Object.assign(by, { sawAt: 0, lookedAt: 0 });
        throw error;
      })
      .then(unlessDeleted);
  };
  return {
    satisfies: plan.kind.satisfies,
    staleReadMs: plan.staleReadMs,
    find: async ({ requester, target: { settings } }, invocation): Promise<Found<SimAccess>> => ({
      ...(await look("find", accessOf(requester), invocation)),
      wanted: settings["wanted"] ?? "",
    }),
    read: (access, invocation) => look("read", access, invocation),
    set: ({ access }, { state, until, afterwards }, { budget }) => {
      const { subject } = access;
      const sawAt = by.sawAt;
      by.sawAt = ++world.tick;
      const kind = by.type === "escalate" && ++by.sets === 1 ? "grant" : "restore";
      if (by.type === "escalate" && kind === "restore")
        world.coverage["escalate took back its own grant"] += 1;
      const effect = () => {
        if (target.isDeleted(subject)) return undefined;
        if (kind === "grant") by.hasGranted = true;
        const before = target.state(subject);
        if (before !== state) change(world, by, { subject, kind, before, after: state, sawAt });
        if (plan.hasTimer) schedule(world, subject, { state, until, afterwards });
        return {};
      };
      return call(world, by, { name: kind, detail: state, effect, signal: signalOf(budget) }).then(
        unlessDeleted,
      );
    },
    ...(plan.hasTimer && {
      release: ({ access }, { budget }) =>
        call(world, by, {
          name: "release",
          effect: () => void target.timers.delete(access.subject),
          signal: signalOf(budget),
        }),
    }),
  };
}

/** Sets the target's timer to the end of the run plus the longest grace period, so the function is normally first. */
function schedule(
  { target, plan }: World,
  subject: string,
  { state, until, afterwards }: { state: string; until: number | null; afterwards: string },
): void {
  if (until === null || state === afterwards) target.timers.delete(subject);
  else target.timers.set(subject, { at: until + graceOf(plan).longest, state, afterwards });
}

/** Resolves every spelling of a name to the same subject id, as a target system does. */
function accessOf(spelling: string): SimAccess {
  const subject = spelling.toLowerCase();
  const names = { subject: spelling, resource: "prod" };
  return { host: "sim.example.com", subject, resource: "prod", names };
}

/**
 * Throws for `undefined`, which stands for a deleted resource until the call returns, so that the error can come late.
 */
function unlessDeleted<T>(answer: T | undefined): T {
  if (answer !== undefined) return answer;
  throw new SymError("prod does not exist", { reason: "no-resource" });
}

function change(world: World, by: Invoked, made: OurChange): void {
  world.target.set(made.subject, made.after, world.now);
  checkOurChange(world, by, made);
}

function signalOf({ signal }: Invocation["budget"]): Signal {
  return signal;
}
