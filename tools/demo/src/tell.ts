import { labelled, paint } from "@sym/command-line/terminal";
import type { Call } from "@sym/stand-ins/kernel/call";
import { paths, readText } from "@sym/test-payloads/payload-fields";
import type { PlayedScene, SeenAnswer } from "./check.ts";
import type { Scene, Story } from "./story.ts";

const INDENT = 7;
/** The greatest number of payloads that are printed one by one. */
const FEW = 3;

export function tellStory({ title, introduction }: Story): void {
  print(paint("bold", title));
  print(labelled("", introduction, { width: 0 }));
}

export function tellSkipped({ title, handler }: Story, reason: string): void {
  print(paint("bold", title));
  print(labelled("", `SKIPPED: ${handler} is not played, because ${reason}`, { width: 0 }));
}

/** Prints one scene: the people's lines, the events and answers, the calls, and the target system before and after. */
export function tellScene(
  scene: Scene,
  {
    number,
    seen,
    differences,
    start,
  }: { number: number; seen: PlayedScene; differences: string[]; start: number },
): void {
  if (scene.chapter) print(`\n\n${paint(["bold", "underline"], scene.chapter)}`);
  print(`\n${(clock(scene, start) ?? `#${number}`).padEnd(INDENT)}${paint("bold", scene.title)}`);
  for (const [who, what] of scene.lines ?? []) tell(who, what);
  exchanges(scene, seen);
  if (seen.calls.length > 0) tell("calls", calls(seen.calls));
  for (const [index, text] of holdings(scene, seen).entries()) tell(index === 0 ? "state" : "", text);
  if (scene.promise && differences.length === 0) tell("ok", scene.promise, "green");
  for (const text of differences) tell("DIFFERS", text, "red");
}

/** The outcomes, counted if there are many: `granted, already-had-access` or `88 times refused`. */
export function outcomesOf(answers: SeenAnswer[]): string {
  const outcomes = answers.map((answer) => answer.outcome);
  if (outcomes.length <= FEW) return outcomes.join(", ");
  return [...new Set(outcomes)]
    .map((outcome) => `${outcomes.filter((one) => one === outcome).length} times ${outcome}`)
    .join(", ");
}

function exchanges({ payloads = [] }: Scene, { answers }: PlayedScene): void {
  if (payloads.length > FEW) {
    tell("Sym", `sends ${payloads.length} payloads, one after the other`);
    tell("answers", outcomesOf(answers), "cyan");
    return;
  }
  for (const [index, payload] of payloads.entries()) {
    const { outcome = "", message = "" } = answers[index] ?? {};
    const type = readText(payload, paths.type) ?? "an unknown event";
    tell(type === "sweep" ? "schedule" : "Sym", `sends ${type}`);
    tell("answer", `${outcome}: ${message}`, "cyan");
  }
}

function holdings({ payloads }: Scene, { before, after }: PlayedScene): string[] {
  return Object.entries(after).map(([what, value]) => {
    if (before[what] !== value) return `${what}: ${before[what]} → ${value}`;
    return `${what}: ${value}${payloads ? " (unchanged)" : ""}`;
  });
}

/** `ListGroupsForUser, AddUserToGroup (Throttling) x 2, AddUserToGroup`, in the order of the first call of each. */
function calls(all: Call[]): string {
  const times = new Map<string, number>();
  for (const { action, errorCode } of all) {
    const name = errorCode ? `${action} (${errorCode})` : action;
    times.set(name, (times.get(name) ?? 0) + 1);
  }
  return [...times].map(([name, count]) => (count > 1 ? `${name} x ${count}` : name)).join(", ");
}

function clock({ minute }: Scene, start: number): string | undefined {
  return minute === undefined ? undefined : new Date(start + minute * 60_000).toISOString().slice(11, 16);
}

function tell(label: string, text: string, format: "dim" | "green" | "red" | "cyan" = "dim"): void {
  print(labelled(label, text, { indent: INDENT, format }));
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
