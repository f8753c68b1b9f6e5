// Checks the state machine of infra/modules/flow for what neither asl-validator nor moto finds. On AWS, `States.ALL` catches neither
// `States.Runtime`, the error of a missing field, nor `States.DataLimitExceeded`: an execution that meets one of these ends, with
// the access on.

/** The parts of a state that the check reads. Source: Amazon States Language, with JSONPath. */
type State = {
  Type: string;
  Next?: string;
  Default?: string;
  Choices?: { Variable?: string; Next: string }[];
  Catch?: { ErrorEquals: string[]; Next: string; ResultPath?: string | null }[];
  Retry?: { ErrorEquals: string[]; MaxAttempts?: number }[];
  Resource?: string;
  ResultPath?: string | null;
  ResultSelector?: unknown;
  Seconds?: number;
  SecondsPath?: string;
  TimeoutSecondsPath?: string;
};
type Definition = { StartAt: string; TimeoutSeconds?: number; States: Record<string, State> };

/** A transition; `answers`: after it, `$.step` is the answer of a step function. */
type Edge = { to: string; answers: boolean };

/** What the definition may read: the input, the token, and the two fields that each step function always answers. */
const known = [
  "$.request",
  "$$.Task.Token",
  "$.Payload.next",
  "$.Payload.seconds",
  "$.step.next",
  "$.step.seconds",
];
const answer = { "next.$": "$.Payload.next", "seconds.$": "$.Payload.seconds" };
/** Fields that read or reshape data, other than those that the check knows. */
const unknownFields = [
  "InputPath",
  "OutputPath",
  "ItemsPath",
  "Result",
  "TimeoutSeconds",
  "HeartbeatSeconds",
  "HeartbeatSecondsPath",
  "Timestamp",
  "TimestampPath",
  "ErrorPath",
  "CausePath",
  "QueryLanguage",
  "Assign",
  "Output",
];
const mostSeconds = 99_999_999;

/** A sentence for each fault of the definition. */
export function definitionFaults(definition: unknown): string[] {
  const { States: states, TimeoutSeconds, StartAt } = definition as Definition;
  const faults = Object.entries(states).flatMap(([name, state]) => [
    ...faultsOfPaths(name, state),
    ...faultsOfSeconds(name, state),
    ...faultsOfTask(name, state),
    ...faultsOfChoice(name, state, states),
  ]);
  const unanswered = withoutAnswer(StartAt, states).filter((name) =>
    /"\$\.step\./.test(JSON.stringify(states[name])),
  );
  return [
    ...(TimeoutSeconds === undefined
      ? []
      : ["The machine has TimeoutSeconds, which would end an execution with the access on"]),
    ...faults,
    ...unanswered.map((name) => `${name} reads $.step, which a path to ${name} does not set`),
  ];
}

function faultsOfPaths(name: string, state: State): string[] {
  const paths = [...JSON.stringify(state).matchAll(/"(\$[^"]*)"/g)].map(([, path = ""]) => path);
  const foreign = paths.filter((path) => path !== "$.step" && !known.includes(path));
  const fields = unknownFields.filter((field) => field in state);
  return [
    ...foreign.map((path) => `${name} reads ${path}, which the step functions do not always answer`),
    ...fields.map((field) => `${name} has ${field}, which can fail or hide a field`),
  ];
}

function faultsOfSeconds(
  name: string,
  { Type, Seconds, SecondsPath, Resource, TimeoutSecondsPath }: State,
): string[] {
  const waits = Resource?.endsWith(".waitForTaskToken");
  if (waits && TimeoutSecondsPath !== "$.step.seconds")
    return [`${name} waits for a token without $.step.seconds as its limit`];
  if (Type !== "Wait" || SecondsPath === "$.step.seconds") return [];
  const isWhole = Number.isInteger(Seconds) && Number(Seconds) >= 1 && Number(Seconds) <= mostSeconds;
  return isWhole
    ? []
    : [
        `${name} waits for ${Seconds ?? SecondsPath} seconds, which no step function has made and no number fixes`,
      ];
}

function faultsOfTask(name: string, state: State): string[] {
  if (state.Type !== "Task") return [];
  const { Catch = [], Retry = [], Resource = "", ResultPath, ResultSelector } = state;
  const catches = Catch.some(({ ErrorEquals }) => ErrorEquals.includes("States.ALL"));
  const waits = Resource.endsWith(".waitForTaskToken");
  const timeouts = Retry.find(
    ({ ErrorEquals }) => ErrorEquals.includes("States.Timeout") || ErrorEquals.includes("States.ALL"),
  );
  const isAnswer = ResultPath === "$.step" && JSON.stringify(ResultSelector) === JSON.stringify(answer);
  return [
    ...(catches ? [] : [`${name} does not catch States.ALL`]),
    ...(Catch.every(({ ResultPath: path }) => path === null)
      ? []
      : [`${name} keeps an error, whose text comes from outside`]),
    ...(waits && timeouts?.MaxAttempts !== 0 ? [`${name} repeats a wait that is over`] : []),
    ...(waits && ResultPath !== null
      ? [`${name} keeps the output of a token, which anybody with the token can choose`]
      : []),
    ...(!waits && !isAnswer ? [`${name} does not keep exactly the step function's answer in $.step`] : []),
  ];
}

function faultsOfChoice(name: string, { Type, Default }: State, states: Definition["States"]): string[] {
  if (Type !== "Choice") return [];
  if (Default === undefined) return [`${name} has no Default, so an unknown answer ends the execution`];
  return endsWithout("Deescalate", Default, states)
    ? [`${name} has a Default that can end without Deescalate`]
    : [];
}

/** Whether a path from a state ends without passing this step. */
function endsWithout(
  step: string,
  from: string,
  states: Definition["States"],
  seen = new Set<string>(),
): boolean {
  if (from === step || seen.has(from)) return false;
  seen.add(from);
  const edges = edgesOf(states[from]);
  return edges.length === 0 || edges.some(({ to }) => endsWithout(step, to, states, seen));
}

/** The states that a path reaches before any step function has answered. */
function withoutAnswer(start: string, states: Definition["States"]): string[] {
  const reached = new Set([start]);
  for (const name of reached)
    for (const { to, answers } of edgesOf(states[name])) if (!answers) reached.add(to);
  return [...reached];
}

function edgesOf(state: State | undefined): Edge[] {
  if (state === undefined) return [];
  const { Next, Default, Choices = [], Catch = [], ResultPath } = state;
  const plain = [Default, ...Choices.map((choice) => choice.Next), ...Catch.map((caught) => caught.Next)];
  return [
    ...(Next === undefined ? [] : [{ to: Next, answers: ResultPath === "$.step" }]),
    ...plain.flatMap((to) => (to === undefined ? [] : [{ to, answers: false }])),
  ];
}
