// The answers of the flow's API as text of 80 columns.
import { labelled, paint, printable, reportColumns } from "@sym/command-line/terminal";
import type { HandlerAnswer, Listed, Shown, Summary, Targets } from "./shapes.ts";

/** A paragraph for each request and each broken record, and their numbers. */
export function reportAsList({ requests, broken, next }: Listed): string {
  const counts = `Requests: ${requests.length}${broken.length > 0 ? `, broken: ${broken.length}` : ""}.`;
  return [
    ...requests.map((request) => `${paragraphOf(request)}\n`),
    ...broken.map(({ id, error }) => `${lines([["broken", `${id}\n${sentence(error)}`]])}\n`),
    counts,
    ...(next === null ? [] : [wrapped(`There may be more: add --to ${next} for the next page.`)]),
  ].join("\n");
}

function paragraphOf(request: Summary): string {
  return lines([
    ["id", request.id],
    ["who", request.requester],
    ["what", whatOf(request)],
    ["why", request.reason || "no reason"],
    ["status", `${request.status}: ${request.meaning}`],
    ["asked", moment(request.times.asked)],
  ]);
}

/** The whole story of a request. */
export function reportInFull(request: Shown): string {
  const { times, answers, decisions, messages } = request;
  return [
    paint("bold", `request ${printable(request.id)}`),
    lines([
      ["status", `${request.status}: ${request.meaning}`],
      ["who", request.requester],
      ["what", whatOf(request)],
      ["why", request.reason || "no reason"],
      ["asked", `${moment(times.asked)}, to be decided until ${moment(times.decide_by)}`],
      ...timeLine("held", times.held, times.hold_until),
      ...timeLine("over", times.over),
      ...answerLine("plan", answers.plan),
      ...decisions.map(
        ({ by, what, door, at }): Line => ["decision", `${by} ${past[what]}, by ${door}, ${moment(at)}`],
      ),
      ...answerLine("grant", answers.escalate),
      ...answerLine("end", answers.deescalate),
      ...messages.map(
        ({ kind, to, text, told, problem }): Line => [
          "message",
          [`${kind}, to ${to}, ${toldAt(told)}`, ...problemLine(problem), text].join("\n"),
        ],
      ),
      ...(request.slack_problem === null
        ? []
        : [
            [
              "slack",
              `The message of the request in Slack is out of date. ${sentence(request.slack_problem)}`,
            ] as Line,
          ]),
    ]),
  ].join("\n");
}

/** What is true now of a request, after a command has changed the request. */
export function reportOutcome({ id, status, meaning }: Summary): string {
  return [
    `Request ${printable(id)}: ${status}.`,
    wrapped(meaning),
    `Next: npm run requests -- show ${printable(id)}`,
  ].join("\n");
}

export function reportTargets({ targets }: Targets): string {
  const blocks = targets.map(({ target, label, routes }) =>
    lines([
      ["target", target],
      ["what", label],
      ...routes.map(
        ({ route, durations, reason, approvals, decide_within }): Line => [
          "route",
          [
            `${route}: for ${durations.join(", ")}.`,
            approvals === undefined
              ? "The rules approve at once, and everyone is told."
              : `Approvals: ${approvals}, within ${decide_within}.`,
            reasonOf(reason),
          ].join(" "),
        ],
      ),
    ]),
  );
  return [...blocks.map((block) => `${block}\n`), `Targets that you may ask for: ${targets.length}.`].join(
    "\n",
  );
}

function reasonOf({ required, ticket }: Targets["targets"][number]["routes"][number]["reason"]): string {
  if (ticket !== null) return `The reason needs a ticket, such as ${ticket.example}.`;
  return required ? "A reason is needed." : "A reason may be left out.";
}

/** A text with its full stop. */
export function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

export function wrapped(text: string): string {
  return labelled("", text, { width: 0, columns: reportColumns });
}

type Line = [label: string, text: string];

function lines(all: Line[]): string {
  return all.map(([label, text]) => labelled(label, text, { columns: reportColumns })).join("\n");
}

function whatOf({ label, target, duration, route }: Summary): string {
  return `${label} (${target}) for ${duration}${route === "approval" ? "" : `, by ${route}`}`;
}

const past = { approve: "approved", deny: "denied", withdraw: "withdrew", end: "ended" };

function timeLine(label: string, time: string | null, until: string | null = null): Line[] {
  if (time === null) return [];
  return [[label, until === null ? moment(time) : `${moment(time)}, until ${moment(until)}`]];
}

function answerLine(label: string, answer: HandlerAnswer): Line[] {
  if (answer === null) return [];
  const { outcome, at, message, errors } = answer;
  const head = `${outcome ?? "no outcome"}, ${moment(at)}`;
  return [[label, [head, message, ...errors.map((error) => `error: ${error}`)].filter(Boolean).join("\n")]];
}

function toldAt(told: string | null): string {
  if (told === null) return "not told yet";
  return told === "lost" ? "lost: nobody was told within a day" : `told ${moment(told)}`;
}

function problemLine(problem: string | null): string[] {
  return problem === null ? [] : [sentence(problem)];
}

function moment(time: string): string {
  return `${time.slice(0, 19).replace("T", " ")} UTC`;
}
