// The checker. README.md says in words what each promise means here; keep the two together.
import { checkDeescalated, checkEscalated, checkRefused } from "./answers.ts";
import { isOver, runBook, runsOf, subjectBook } from "./books.ts";
import { isSufficient, type Level, rank } from "./target.ts";
import { note, showAnswer } from "./trace.ts";
import { type Given, type Invoked, violated, type World } from "./world.ts";

export type OurChange = {
  subject: string;
  kind: "grant" | "restore";
  before: Level;
  after: Level;
  sawAt: number;
};

/** We changed the target system. `sawAt`: when the invocation had last looked there, or asked for something, before. */
export function checkOurChange(world: World, by: Invoked, change: OurChange): void {
  const { subject, kind, before, after, sawAt } = change;
  const book = subjectBook(world.books, subject);
  // The target system has no compare-and-set: what an outsider did after our last look, nobody could respect.
  const unseen = book.outside.find(({ tick }) => tick > sawAt);
  if (kind === "grant") {
    if (by.run && runBook(world.books, by.run.id).closedAt !== undefined)
      violated(
        world,
        "4 a closed run stays closed",
        `${by.run.id} was closed, and its grant came after that`,
      );
    if (unseen) book.expected = union(book.expected, unseen.expectedBefore);
  } else if (!book.expected.includes(after)) {
    if (unseen?.expectedBefore.includes(after)) book.expected = [after];
    else if (book.setBy === "outsider")
      violated(
        world,
        "6 outsiders are respected",
        `${before}, set by somebody else, was overwritten by ${after}`,
      );
    else if (rank(after) < rank(before))
      violated(
        world,
        "2 no theft",
        `${subject} should be ${book.expected.join(" or ")}, and was made ${after}`,
      );
  }
  book.setBy = "us";
  book.setAt = ++world.tick;
  checkGrants(world, subject);
}

/** Somebody else changes the target system. */
export function changeByOutsider(world: World, subject: string, state: Level): void {
  const book = subjectBook(world.books, subject);
  // While we may hold the access, an outsider who sets what we set cannot be told from us.
  const isAmbiguous = state === "member" && !isQuiet(world, subject);
  world.tick += 1;
  book.outside.push({ tick: world.tick, expectedBefore: book.expected });
  const before = book.outside.flatMap(({ expectedBefore }) => expectedBefore);
  book.expected = isAmbiguous ? union(before, [state]) : [state];
  world.target.set(subject, state, world.now);
  book.setBy = "outsider";
  book.setAt = world.tick;
  note(world, "outsider", `makes ${subject} ${state}`);
}

/** Somebody else deletes the thing, and all access to it. */
export function deleteByOutsider(world: World, subject: string): void {
  changeByOutsider(world, subject, "absent");
  world.target.delete(subject);
  note(world, "outsider", `deletes what ${subject} had access to`);
}

/** Whoever was told of the access has it, until the run is closed or its time and grace are over. */
function checkGrants(world: World, subject: string): void {
  if (isSufficient(world.target.state(subject))) return;
  if (subjectBook(world.books, subject).setBy === "outsider") return;
  for (const book of runsOf(world.books, subject)) {
    if (book.granted && book.deescalates === 0 && !isOver(world, book))
      violated(
        world,
        "3 an honest grant",
        `${subject} was told of the access for ${book.run.id}, and does not have it`,
      );
  }
}

/** An answer goes out, or Sym learns that none will come. */
export function checkAnswer(world: World, by: Invoked, given: Given): void {
  by.answered = true;
  world.tick += 1;
  note(world, by, showAnswer(given));
  if (!by.run) return;
  if (by.type === "escalate" && given.result) checkEscalated(world, by, given.result);
  if (by.type === "escalate" && !given.result && !given.byBudget) checkRefused(world, by, given.error);
  if (by.type === "deescalate" && given.result) checkDeescalated(world, by, given.result);
}

/** Every run is closed and nothing is under way, so what is there must be right, without any sweep. */
export function checkQuiet(world: World): void {
  for (const { name } of world.plan.subjects) {
    if (!isQuiet(world, name)) continue;
    const book = subjectBook(world.books, name);
    const state = world.target.state(name);
    if (!book.expected.includes(state))
      violated(world, "5 nothing is lost", `every run was answered as closed, but ${name} is ${state}`);
    book.expected = [state];
    book.outside = [];
  }
}

/** Nobody works on the subject's access, and each run that asked for it was told that it is closed. */
export function isQuiet(world: World, subject: string): boolean {
  return (
    world.late.length === 0 &&
    !world.alive.some(({ run }) => run?.subject === subject) &&
    runsOf(world.books, subject).every(({ escalates, closedAt }) => escalates === 0 || closedAt !== undefined)
  );
}

/** After the last sweep. */
export async function checkEnd(world: World): Promise<void> {
  for (const { name } of world.plan.subjects) {
    const { expected } = subjectBook(world.books, name);
    const state = world.target.state(name);
    if (!expected.includes(state))
      violated(world, "1 no leak", `${name} should be ${expected.join(" or ")} in the end, and is ${state}`);
  }
  const due = await world.store.due(Number.MAX_VALUE, 10);
  if (due.length > 0)
    violated(world, "5 nothing is lost", `the last sweep left something undone: ${JSON.stringify(due[0])}`);
}

function union(left: Level[], right: Level[]): Level[] {
  return [...new Set([...left, ...right])];
}
