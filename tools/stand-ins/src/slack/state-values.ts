import { elementsOf, type SlackElement } from "./payload-parts.ts";
import type { SlackBlock, SlackStateValue, SlackStateValues } from "./state.ts";

/** What a user chose or wrote, by the action_id of the input: the text, the value of the option, or the id. */
export type SlackAnswers = Record<string, string | string[]>;

/**
 * `view.state.values` with every input of the blocks; an input without an answer has the initial answer, or null.
 * https://docs.slack.dev/reference/views, "state"
 */
export function stateValues(blocks: SlackBlock[], answers: SlackAnswers): SlackStateValues {
  return Object.fromEntries(
    blocks.flatMap((block) => {
      const inputs = elementsOf(block).filter(({ type }) => !["button", "overflow", "image"].includes(type));
      const values = inputs.flatMap((input) =>
        input.action_id === undefined ? [] : [[input.action_id, answerOf(input, answers[input.action_id])]],
      );
      return values.length > 0 ? [[block.block_id ?? "", Object.fromEntries(values)]] : [];
    }),
  );
}

const selected: Record<string, string> = {
  users_select: "user",
  channels_select: "channel",
  conversations_select: "conversation",
  datepicker: "date",
  timepicker: "time",
};

function answerOf(input: SlackElement, answer: string | string[] | undefined): SlackStateValue {
  const { type } = input;
  const kind = selected[type];
  if (kind) return { type, [`selected_${kind}`]: answer ?? input[`initial_${kind}`] ?? null };
  if (type === "multi_users_select") return { type, selected_users: answer ?? input["initial_users"] ?? [] };
  if (type === "checkboxes" || type.startsWith("multi_"))
    return { type, selected_options: options(input, answer) ?? input["initial_options"] ?? [] };
  if (type === "radio_buttons" || type.endsWith("_select"))
    return { type, selected_option: options(input, answer)?.[0] ?? input["initial_option"] ?? null };
  return { type, value: answer ?? input["initial_value"] ?? null };
}

export type SlackOption = { text: { type: "plain_text" | "mrkdwn"; text: string }; value: string };

function options(input: SlackElement, answer: string | string[] | undefined): SlackOption[] | undefined {
  return answer === undefined ? undefined : [answer].flat().map((value) => optionOf(input, value));
}

/** The input's option with this value. An external menu has no options of its own, so its text is the value. */
export function optionOf(input: SlackElement | undefined, value: string): SlackOption {
  const groups = (input?.["option_groups"] ?? []) as { options: SlackOption[] }[];
  const all = [...((input?.["options"] ?? []) as SlackOption[]), ...groups.flatMap((group) => group.options)];
  const unknown: SlackOption = { text: { type: "plain_text", text: value }, value };
  return all.find((option) => option.value === value) ?? unknown;
}
