// The state of a modal's inputs: what the user chose, and what the app set at first.
import { expect, test } from "vitest";
import { type SlackAnswers, stateValues } from "./state-values.ts";

const option = (value: string) => ({
  text: { type: "plain_text" as const, text: value.toUpperCase() },
  value,
});
const options = [option("a"), option("b")];

/** The value of a single input with this answer, or with its first value. */
function valueOfInput(element: { type: string } & Record<string, unknown>, answer?: string | string[]) {
  const answers: SlackAnswers = answer === undefined ? {} : { it: answer };
  const blocks = [{ type: "input", block_id: "block", element: { ...element, action_id: "it" } }];
  return stateValues(blocks, answers)["block"]?.["it"];
}

const inputs: [{ type: string } & Record<string, unknown>, string | string[], object, object][] = [
  [{ type: "plain_text_input", initial_value: "x" }, "y", { value: "x" }, { value: "y" }],
  [{ type: "plain_text_input" }, "y", { value: null }, { value: "y" }],
  [
    { type: "static_select", options, initial_option: options[0] },
    "b",
    { selected_option: option("a") },
    { selected_option: option("b") },
  ],
  [
    { type: "static_select", option_groups: [{ label: option("g").text, options }] },
    "b",
    { selected_option: null },
    { selected_option: option("b") },
  ],
  [{ type: "radio_buttons", options }, "a", { selected_option: null }, { selected_option: option("a") }],
  [
    { type: "checkboxes", options, initial_options: [options[1]] },
    ["a", "b"],
    { selected_options: [option("b")] },
    { selected_options: options },
  ],
  [{ type: "users_select", initial_user: "U1" }, "U2", { selected_user: "U1" }, { selected_user: "U2" }],
  [{ type: "multi_users_select" }, ["U1"], { selected_users: [] }, { selected_users: ["U1"] }],
  [{ type: "datepicker" }, "2026-01-31", { selected_date: null }, { selected_date: "2026-01-31" }],
];

test.each(inputs)("%o has its first value, or the answer %o", (element, answer, first, chosen) => {
  const { type } = element;
  expect(valueOfInput(element)).toEqual({ type, ...first });
  expect(valueOfInput(element, answer)).toEqual({ type, ...chosen });
});

test("buttons and blocks without inputs have no state", () => {
  const button = { type: "button", action_id: "approve" };
  expect(
    stateValues([{ type: "actions", block_id: "b", elements: [button] }, { type: "divider" }], {}),
  ).toEqual({});
});
