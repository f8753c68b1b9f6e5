// Compares each answer with the checker's books at the moment when the answer goes out.
import { type ActionResult, SymError } from "@sym/lambda-core";
import { kinds } from "@sym/leases/failures";
import { isOver, isPromised, mayHold, runBook, runsOf, subjectBook } from "./books.ts";
import type { CoverageClass } from "./coverage.ts";
import { lateKind } from "./out-of-time.ts";
import { mostSkew } from "./plan.ts";
import { type Invoked, violated, type World } from "./world.ts";

export function checkEscalated(world: World, by: Invoked, result: ActionResult): void {
  const { run } = by;
  if (!run) return;
  const book = runBook(world.books, run);
  const subject = subjectBook(world.books, run.subject);
  const suffices = (state: string) => subject.subject.isOwner || world.plan.kind.satisfies(state, run.wanted);
  if (book.ofId.closedAt !== undefined && book.ofId.closedAt < by.startedTick)
    violated(
      world,
      "4 a closed run stays closed",
      `${run.id} was closed, and answered ${result.outcome} after`,
    );
  checkExpiry(world, book.startedAt ?? 0, run.duration, result);
  if (result.outcome === "already-had-access") {
    world.coverage["already had access"] += 1;
    if (subject.outside.length === 0 && !subject.expected.some(suffices))
      violated(world, "5 nothing is lost", `${run.subject} got already-had-access without standing access`);
  }
  book.wasGranted = true;
  if (book.ofId.deescalates > 0 || isOver(world, book)) return;
  book.granted = true;
  const promised = runsOf(world.books, run.subject).filter(isPromised);
  if (promised.length > 1) world.coverage["two runs hold the access"] += 1;
  if (new Set(promised.map((one) => one.run.wanted)).size > 1)
    world.coverage["two runs with two wishes"] += 1;
  if (runsOf(world.books, run.subject).some((one) => one !== book && one.run.id === run.id && one.granted))
    violated(world, "5 nothing is lost", `the id ${run.id} was granted twice, for two wishes`);
  const isRemoved = subject.setBy === "outsider" && subject.setAt > by.sawAt;
  if (!suffices(world.target.state(run.subject)) && !isRemoved)
    violated(world, "3 an honest grant", `${run.id} was answered ${result.outcome} without the access`);
}

function checkExpiry(
  world: World,
  startedAt: number,
  duration: number | undefined,
  { outcome, expiresAt }: ActionResult,
) {
  if (outcome !== "granted") return;
  const isRight =
    duration === undefined
      ? expiresAt === undefined
      : expiresAt !== undefined &&
        expiresAt.getTime() >= startedAt + duration * 1_000 &&
        expiresAt.getTime() <= world.now + duration * 1_000 + mostSkew;
  if (!isRight)
    violated(world, "5 nothing is lost", `the answer says that the access ends ${expiresAt?.toISOString()}`);
}

/** The classes of coverage of an escalate's failures, by their kinds. */
const classes: Record<string, CoverageClass> = {
  [kinds.busy]: "gave up waiting for the lock",
  [kinds.ended]: "escalate refused, the run had ended",
  [kinds.usedTwice]: "escalate refused, the id was used before",
  [kinds.conflicting]: "escalate refused, another wish is open",
};

/** The kinds of an error and of the errors that it follows. */
function kindsOf(error: unknown): Set<string> {
  const all = new Set<string>();
  for (let one = error; one instanceof SymError; one = one.cause) if (one.kind) all.add(one.kind);
  return all;
}

/**
 * An escalate that fails without a warning that access may remain leaves no access. Checked where the escalate is
 * alone: the first escalate of its run, no other run that may hold the access, and no other invocation for the subject.
 */
export function checkRefused(world: World, by: Invoked, error: unknown): void {
  const { run } = by;
  if (!run) return;
  const seen = kindsOf(error);
  for (const kind of seen) {
    const covered = classes[kind];
    if (covered) world.coverage[covered] += 1;
  }
  if (seen.has(kinds.mayRemain) || seen.has(lateKind)) return;
  const book = runBook(world.books, run);
  const others = runsOf(world.books, run.subject).filter((other) => other.run !== run);
  const isAlone =
    book.escalates === 1 &&
    book.ofId.deescalates === 0 &&
    !others.some(mayHold) &&
    world.late.length === 0 &&
    !world.alive.some((other) => other !== by && other.run?.subject === run.subject);
  const { expected } = subjectBook(world.books, run.subject);
  const state = world.target.state(run.subject);
  if (isAlone && !expected.includes(state))
    violated(world, "5 nothing is lost", `${run.id} was refused, but ${run.subject} is ${state}`);
}

export function checkDeescalated(world: World, by: Invoked, result: ActionResult): void {
  const { run } = by;
  if (!run) return;
  const { outcome, detail } = result;
  const book = runBook(world.books, run);
  book.ofId.closedAt ??= world.tick;
  // If two runs share an id, the event ends the run that was opened first, perhaps a run of another subject.
  if (world.books.runs.some((other) => other !== book && other.run.id === run.id)) return;
  const { outside, expected, subject } = subjectBook(world.books, run.subject);
  const { satisfies } = world.plan.kind;
  const isUnseen = outside.some(({ tick }) => tick > by.sawAt);
  const others = runsOf(world.books, run.subject).filter((other) => other !== book && other.escalates > 0);
  const isHeld = others.some(({ ofId }) => ofId.closedAt === undefined || ofId.closedAt > by.startedTick);
  const wrong = (what: string) =>
    violated(world, "5 nothing is lost", `${run.id} was answered ${outcome}, ${what}`);
  const count = (what: CoverageClass) => {
    world.coverage[what] += 1;
  };
  const checks: Partial<Record<ActionResult["outcome"], () => void>> = {
    "kept-for-other-request"() {
      count("kept for another request");
      if (!isHeld) wrong("but no other request is open");
      if (!others.some((other) => isExpiry(world, result.expiresAt, other)))
        wrong(`until ${result.expiresAt}, which is the end of no other run`);
    },
    lowered() {
      count("lowered, and not removed");
      if (!isHeld && !isUnseen && !expected.includes(detail ?? ""))
        wrong(`to ${detail}, which no other run wants`);
    },
    revoked() {
      if (!detail) return;
      count("ended, the resource was deleted");
      if (!world.target.isDeleted(run.subject)) wrong("with the resource, which still exists");
    },
    "kept-standing"() {
      if (subject.isOwner) return;
      count(detail ? "kept, others had changed the access" : "kept, standing access");
      const wasThere = expected.some((state) => satisfies(state, run.wanted));
      if (detail && outside.length === 0) wrong("because of others, who had changed nothing");
      if (!detail && !isUnseen && !wasThere) wrong("but the subject had no standing access");
    },
  };
  checks[outcome]?.();
}

/**
 * Whether an answer's end can be the run's end: the duration from any escalate of the run, give or take the clock skew.
 */
function isExpiry(
  { now }: World,
  expiresAt: Date | undefined,
  { run: { duration }, startedAt = 0 }: ReturnType<typeof runBook>,
): boolean {
  if (duration === undefined || expiresAt === undefined) return duration === expiresAt;
  const end = expiresAt.getTime() - duration * 1_000;
  return end >= startedAt - mostSkew && end <= now + mostSkew;
}
