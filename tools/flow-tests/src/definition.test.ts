import { readFileSync } from "node:fs";
import path from "node:path";
import { infraFolder } from "@sym/infra-tests/terraform";
import validate from "asl-validator";
import { expect, test } from "vitest";
import { definitionFaults } from "./definition-faults.ts";

const text = readFileSync(path.join(infraFolder, "modules/flow/definition.asl.json"), "utf8")
  .replace(/\$\{partition\}/g, "aws")
  .replace(/\$\{functions\.(\w+)\}/g, "sym-flow-$1");
// biome-ignore lint/suspicious/noExplicitAny: the mutants change any part.
type Any = any;
const definition = (): Any => JSON.parse(text);

test("the definition of the state machine is valid, and has no fault", () => {
  const { isValid, errorsText } = validate(definition());
  expect(errorsText()).toBe("");
  expect(isValid).toBe(true);
  expect(definitionFaults(definition())).toEqual([]);
});

test.for<[fault: string, mutate: (states: Any, machine: Any) => void]>([
  [
    "The machine has TimeoutSeconds, which would end an execution with the access on",
    (_, machine) => (machine.TimeoutSeconds = 9),
  ],
  [
    "NextStep has no Default, so an unknown answer ends the execution",
    ({ NextStep }) => delete NextStep.Default,
  ],
  ["NextStep has a Default that can end without Deescalate", ({ NextStep }) => (NextStep.Default = "Over")],
  ["NextStep has a Default that can end without Deescalate", ({ NextStep }) => (NextStep.Default = "Ask")],
  [
    "NextStep reads $.step.reason, which the step functions do not always answer",
    ({ NextStep }) => (NextStep.Choices[0].Variable = "$.step.reason"),
  ],
  [
    "Hold reads $.Payload.until, which the step functions do not always answer",
    ({ Hold }) => (Hold.TimeoutSecondsPath = "$.Payload.until"),
  ],
  [
    "Hold waits for a token without $.step.seconds as its limit",
    ({ Hold }) => delete Hold.TimeoutSecondsPath,
  ],
  ["Hold has HeartbeatSeconds, which can fail or hide a field", ({ Hold }) => (Hold.HeartbeatSeconds = 60)],
  ["Hold repeats a wait that is over", ({ Hold }) => Hold.Retry.shift()],
  [
    "Hold keeps the output of a token, which anybody with the token can choose",
    ({ Hold }) => (Hold.ResultPath = "$.step"),
  ],
  [
    "WaitBeforeDeescalate waits for 0 seconds, which no step function has made and no number fixes",
    ({ WaitBeforeDeescalate: wait }) => {
      delete wait.SecondsPath;
      wait.Seconds = 0;
    },
  ],
  [
    "WaitBeforeDeescalate waits for $.request seconds, which no step function has made and no number fixes",
    ({ WaitBeforeDeescalate: wait }) => (wait.SecondsPath = "$.request"),
  ],
  [
    "Deescalate does not catch States.ALL",
    ({ Deescalate }) => (Deescalate.Catch[0].ErrorEquals = ["Lambda.TooManyRequestsException"]),
  ],
  [
    "Deescalate keeps an error, whose text comes from outside",
    ({ Deescalate }) => (Deescalate.Catch[0].ResultPath = "$.error"),
  ],
  [
    "Escalate does not keep exactly the step function's answer in $.step",
    ({ Escalate }) => delete Escalate.ResultSelector,
  ],
  [
    "Escalate does not keep exactly the step function's answer in $.step",
    ({ Escalate }) => (Escalate.ResultPath = "$"),
  ],
  [
    "Escalate has OutputPath, which can fail or hide a field",
    ({ Escalate }) => (Escalate.OutputPath = "$.step"),
  ],
  [
    "NextStep reads $.step, which a path to NextStep does not set",
    ({ Plan }) => (Plan.Catch[0].Next = "NextStep"),
  ],
  [
    "WaitBeforeEscalate reads $.step, which a path to WaitBeforeEscalate does not set",
    ({ PauseBeforeEscalate: pause }) => (pause.Next = "WaitBeforeEscalate"),
  ],
])("the check finds: %s", ([fault, mutate]) => {
  const machine = definition();
  mutate(machine.States, machine);
  expect(definitionFaults(machine)).toContain(fault);
});
