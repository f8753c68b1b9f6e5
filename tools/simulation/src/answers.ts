// Whether answers say what is true, as far as one can tell at the moment at which they go out.
import type { ActionResult } from "@sym/lambda-core";
import { isOver, runBook, runsOf, subjectBook } from "./books.ts";
import { mostSkew } from "./plan.ts";
import { isSufficient } from "./target.ts";
import { type Invoked, violated, type World } from "./world.ts";

export function checkEscalated(world: World, by: Invoked, result: ActionResult): void {
  const { run } = by;
  if (!run) return;
  const book = runBook(world.books, run.id);
  const subject = subjectBook(world.books, run.subject);
  if (book.closedAt !== undefined && book.closedAt < by.startedTick)
    violated(
      world,
      "4 a closed run stays closed",
      `${run.id} was closed, and answered ${result.outcome} after`,
    );
  checkExpiry(world, book.startedAt ?? 0, run.duration, result);
  if (result.outcome === "already-had-access") {
    world.coverage["already had access"] += 1;
    if (subject.outside.length === 0 && !subject.expected.some(isSufficient))
      violated(world, "5 nothing is lost", `${run.subject} was told of access from before, and had none`);
  }
  if (book.deescalates > 0 || isOver(world, book)) return;
  book.granted = true;
  if (
    runsOf(world.books, run.subject).filter(({ granted, deescalates }) => granted && deescalates === 0)
      .length > 1
  )
    world.coverage["two runs hold the access"] += 1;
  const isRemoved = subject.setBy === "outsider" && subject.setAt > by.sawAt;
  if (!isSufficient(world.target.state(run.subject)) && !isRemoved)
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

/**
 * An escalate that fails and does not say that something may remain has left nothing behind. Checked where nobody else
 * has been at work: the first escalate of its run, and no other run that may hold the access.
 */
export function checkRefused(world: World, by: Invoked, error: unknown): void {
  const { run } = by;
  if (!run) return;
  const message = error instanceof Error ? error.message : "";
  if (/Another change/.test(message)) world.coverage["gave up waiting for the lock"] += 1;
  if (/has ended already/.test(message)) world.coverage["escalate refused, the run had ended"] += 1;
  if (/may be there until|may or may not/.test(message)) return;
  const others = runsOf(world.books, run.subject).filter((book) => book.run !== run);
  const isAlone =
    runBook(world.books, run.id).escalates === 1 &&
    runBook(world.books, run.id).deescalates === 0 &&
    others.every(({ escalates, closedAt }) => escalates === 0 || closedAt !== undefined) &&
    world.late.length === 0 &&
    !world.alive.some((other) => other !== by && other.run?.subject === run.subject);
  const { expected } = subjectBook(world.books, run.subject);
  const state = world.target.state(run.subject);
  if (isAlone && !expected.includes(state))
    violated(world, "5 nothing is lost", `${run.id} was refused, but ${run.subject} is ${state}`);
}

export function checkDeescalated(world: World, by: Invoked, { outcome, detail }: ActionResult): void {
  const { run } = by;
  if (!run) return;
  const book = runBook(world.books, run.id);
  book.closedAt ??= world.tick;
  const { outside, expected } = subjectBook(world.books, run.subject);
  const isUnseen = outside.some(({ tick }) => tick > by.sawAt);
  if (outcome === "kept-for-other-request") {
    world.coverage["kept for another request"] += 1;
    const others = runsOf(world.books, run.subject).filter((other) => other !== book && other.escalates > 0);
    if (!others.some(({ closedAt }) => closedAt === undefined || closedAt > by.startedTick))
      violated(world, "5 nothing is lost", `${run.id} was kept for another request, and there is none`);
  }
  if (outcome === "revoked" && detail) {
    world.coverage["ended, the thing was deleted"] += 1;
    if (!world.target.isDeleted(run.subject))
      violated(world, "5 nothing is lost", `${run.id} was answered as ended with the thing, which is there`);
  }
  if (outcome === "kept-standing" && detail) {
    world.coverage["kept, somebody else had changed it"] += 1;
    if (outside.length === 0)
      violated(world, "5 nothing is lost", `${run.id} was kept as others had changed it, and nobody had`);
  }
  if (outcome === "kept-standing" && !detail) {
    world.coverage["kept, it was standing access"] += 1;
    if (!isUnseen && !expected.some(isSufficient))
      violated(world, "5 nothing is lost", `${run.id} was kept as standing access, and there was none`);
  }
}
