// The checker. README.md states each promise in words; change both together.
import { checkDeescalated, checkEscalated, checkRefused } from "./answers.ts";
import { isOver, isPromised, mayHold, runBook, runsOf, subjectBook } from "./books.ts";
import { note, showAnswer } from "./trace.ts";
import { type Given, type Invoked, violated, type World } from "./world.ts";

export type OurChange = {
  subject: string;
  /** The first change of an escalate is a grant; every other change is a restore. */
  kind: "grant" | "restore";
  before: string;
  after: string;
  sawAt: number;
};

/** Checks one of our changes. `sawAt`: the tick of the invocation's last read or change request before this change. */
export function checkOurChange(world: World, by: Invoked, change: OurChange): void {
  const { subject, kind, before, after, sawAt } = change;
  const { satisfies } = world.plan.kind;
  const book = subjectBook(world.books, subject);
  // The target system has no compare-and-set: no invocation can respect an outsider's change after the last read.
  const unseen = book.outside.find(({ tick }) => tick > sawAt);
  if (unseen) book.expected = union(book.expected, unseen.expectedBefore);
  // If the state before may have been ours, the state of a granted open run may replace it, even without satisfying the
  // standing state; also if the end of that run has begun, and failed.
  const mayBeOurs =
    book.expected.some((state) => state !== before) ||
    runsOf(world.books, subject).some(({ run, escalates }) => escalates > 0 && run.wanted === before);
  const isWish =
    mayBeOurs &&
    runsOf(world.books, subject).some((one) => one.wasGranted && mayHold(one) && one.run.wanted === after);
  if (kind === "grant") {
    if (by.run && runBook(world.books, by.run).ofId.closedAt !== undefined)
      violated(world, "4 a closed run stays closed", `${by.run.id} was closed, and granted afterwards`);
    // The lease may list the run as open even if the invocation dies before its answer.
    if (by.run) runBook(world.books, by.run).wasGranted = true;
  } else if (!isWish && !book.expected.some((state) => satisfies(after, state)))
    violated(
      world,
      book.setBy === "outsider" ? "6 outsiders are respected" : "2 no theft",
      `${subject} should be ${book.expected.join(" or ")}, was ${before}, and was made ${after}`,
    );
  book.setBy = "us";
  book.setAt = ++world.tick;
  checkGrants(world, subject);
}

/** Checks the state after the target system's own timer has ended the access. */
export function checkTimer(world: World, subject: string, before: string): void {
  const { satisfies } = world.plan.kind;
  const book = subjectBook(world.books, subject);
  const after = world.target.state(subject);
  world.tick += 1;
  note(world, "the target", `ends ${before} of ${subject} by itself: ${after}`);
  world.coverage["ended by the target itself"] += 1;
  const isRight = book.expected.some((state) => satisfies(after, state));
  // The invocation that had to release the timer may have failed or died, with no sweep since. `checkQuiet` finds
  // timers that stay for good.
  if (!isRight && book.setBy === "outsider") book.expected = union(book.expected, [after]);
  else if (!isRight)
    violated(
      world,
      "2 no theft",
      `${subject} should be ${book.expected.join(" or ")}, and a timer made it ${after}`,
    );
  // An outsider has revoked and granted the access since, so the grant is no longer ours.
  if (book.setBy === "outsider") return;
  book.setBy = "us";
  book.setAt = world.tick;
  checkGrants(world, subject);
}

/** Carries out an outsider's change: others set any state, the subject itself only lowers its own. */
export function changeByOutsider(world: World, subject: string, state: string): void {
  const { kind } = world.plan;
  const book = subjectBook(world.books, subject);
  const now = world.target.state(subject);
  const lowers = kind.satisfies(now, state) && now !== state;
  const isOurs = runsOf(world.books, subject).some(
    ({ run, escalates }) => escalates > 0 && kind.satisfies(run.wanted, state),
  );
  // While we may hold the access, an outsider who sets our state looks like us. Of two changes without an event of ours
  // in between, the first is invisible.
  const isSecond = book.outside.some(({ tick }) => tick > book.notedAt);
  const isAmbiguous = !isQuiet(world, subject) && ((!lowers && isOurs) || isSecond);
  world.tick += 1;
  book.outside.push({ tick: world.tick, expectedBefore: book.expected });
  const before = book.outside.flatMap(({ expectedBefore }) => expectedBefore);
  // An outsider who lowers our state gives nothing; an outsider who raises or replaces the state gives access.
  const lowered = (one: string) => (kind.satisfies(one, state) ? state : one);
  const after = lowers ? book.expected.map(lowered) : [state];
  book.expected = union(after, isAmbiguous ? before : []);
  world.target.set(subject, state, world.now);
  book.setBy = "outsider";
  book.setAt = world.tick;
  note(world, "outsider", `makes ${subject} ${state}`);
}

/** An outsider deletes the resource, and thereby all access to the resource. */
export function deleteByOutsider(world: World, subject: string): void {
  changeByOutsider(world, subject, world.plan.kind.states[0] ?? "");
  world.target.delete(subject);
  subjectBook(world.books, subject).expected = [world.target.state(subject)];
  note(world, "outsider", `deletes the resource of ${subject}`);
}

/**
 * A subject with an answer without errors has the access until the run is closed, or past its duration and grace
 * period.
 */
function checkGrants(world: World, subject: string): void {
  const { subject: person, setBy } = subjectBook(world.books, subject);
  if (setBy === "outsider" || person.isOwner) return;
  for (const book of runsOf(world.books, subject)) {
    if (world.plan.kind.satisfies(world.target.state(subject), book.run.wanted)) continue;
    if (isPromised(book) && !isOver(world, book))
      violated(
        world,
        "3 an honest grant",
        `${book.run.id} was answered as granted, and ${subject} does not have the access`,
      );
  }
}

/** Checks an answer, or the end of an invocation without an answer. */
export function checkAnswer(world: World, by: Invoked, given: Given): void {
  by.answered = true;
  world.tick += 1;
  note(world, by, showAnswer(given));
  if (!by.run) return;
  if (by.type === "escalate" && given.result) checkEscalated(world, by, given.result);
  if (by.type === "escalate" && !given.result && !given.byBudget) checkRefused(world, by, given.error);
  if (by.type === "deescalate" && given.result) checkDeescalated(world, by, given.result);
  if (by.type === "deescalate" && !given.result && /next sweep tries again/.test(String(given.error))) {
    world.coverage["end left to the sweep"] += 1;
    runBook(world.books, by.run).ofId.isLeftToSweep = true;
  }
}

/** Once every run is closed and no invocation is at work, the state must be the expected state, without any sweep. */
export function checkQuiet(world: World): void {
  for (const { name } of world.plan.subjects) {
    if (!isQuiet(world, name)) continue;
    const book = subjectBook(world.books, name);
    const state = world.target.state(name);
    if (!book.expected.includes(state))
      violated(world, "5 nothing is lost", `every run was answered as closed, but ${name} is ${state}`);
    if (world.target.timers.has(name) && !world.target.isDeleted(name))
      violated(
        world,
        "5 nothing is lost",
        `every run was answered as closed, but the target still has a timer for ${name}`,
      );
    book.expected = [state];
    book.outside = [];
  }
}

/** No invocation works on the subject's access, and each run whose escalate arrived was answered as closed. */
export function isQuiet(world: World, subject: string): boolean {
  return (
    world.late.length === 0 &&
    !world.alive.some(({ run }) => run?.subject === subject) &&
    runsOf(world.books, subject).every((book) => !mayHold(book))
  );
}

/** The checks after the last sweep. */
export async function checkEnd(world: World): Promise<void> {
  for (const { name } of world.plan.subjects) {
    const { expected } = subjectBook(world.books, name);
    const state = world.target.state(name);
    if (!expected.includes(state))
      violated(world, "1 no leak", `${name} should be ${expected.join(" or ")} in the end, and is ${state}`);
    if (world.target.timers.has(name) && !world.target.isDeleted(name))
      violated(world, "1 no leak", `the target still has a timer for ${name}, and no run is left`);
  }
  const due = await world.store.due(Number.MAX_VALUE, 10);
  const left = due.filter(({ lease }) => lease !== brokenKey);
  if (left.length > 0)
    violated(world, "5 nothing is lost", `the last sweep left a due item: ${JSON.stringify(left[0])}`);
}

/** The keys of an invalid record, and of another handler's record. */
export const brokenKey = "sim|broken";
export const foreignKey = "simulator|sim.example.com|prod|robin";

/** Another handler's record must not be touched: only that handler can interpret its access. */
export function mustBeOurs(world: World, key: string): void {
  if (key === foreignKey) violated(world, "2 no theft", "the record of another handler was taken for ours");
}

function union(left: string[], right: string[]): string[] {
  return [...new Set([...left, ...right])];
}
