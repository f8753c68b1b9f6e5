// The form that asks for access, and what a person has entered. Source: "Modals" and "Views" in Slack's reference.
import type { ModalView, PlainTextOption, SectionBlock } from "@slack/types";
import { formatDuration, type Offer, type Route, routes } from "@sym/flow";
import * as v from "valibot";
import { cut, footnote, paragraph } from "./blocks.ts";

export const formId = "ask";
const longestReason = 1_000;

/** What the form shows: the chosen target with what the person may ask for, the route, and a first text of the reason. */
export type Chosen = { offer: Offer; route: Route; reason?: string };

type Choice = Offer["routes"][number];

/** The form. Without a chosen target, the form has only the search for a target. */
export function askForm(chosen?: Chosen): ModalView {
  const choice = chosen?.offer.routes.find(({ route }) => route === chosen.route);
  const view: ModalView = {
    type: "modal",
    callback_id: formId,
    title: plain("Ask for access"),
    close: plain("Cancel"),
    blocks: [targetBlock(chosen?.offer)],
  };
  if (chosen === undefined || choice === undefined) return view;
  return {
    ...view,
    submit: plain("Ask"),
    blocks: [
      ...view.blocks,
      ...routeBlock(chosen),
      durationBlock(chosen.offer, choice),
      reasonBlock(choice, chosen.reason),
      footnote(whatFollows(chosen.offer, choice)),
    ],
  };
}

/** The form after its sending: a title and a text, as Slack's answer to the sending. */
export function messageForm(title: string, text: string) {
  const view: ModalView = {
    type: "modal",
    title: plain(title),
    close: plain("Close"),
    blocks: [paragraph(text)],
  };
  return { response_action: "update" as const, view };
}

function targetBlock(offer: Offer | undefined): SectionBlock {
  return {
    type: "section",
    block_id: "target",
    text: plain("Target"),
    accessory: {
      type: "external_select",
      action_id: "target",
      placeholder: plain("Search a target"),
      min_query_length: 0,
      ...(offer && { initial_option: targetOption(offer) }),
    },
  };
}

export function targetOption({ label, target }: Pick<Offer, "label" | "target">): PlainTextOption {
  return option(label, target);
}

function routeBlock({ offer, route }: Chosen): ModalView["blocks"] {
  if (offer.routes.length < 2) return [];
  const options = offer.routes.map((one) => option(routeNames[one.route], one.route));
  return [
    {
      type: "input",
      block_id: `route:${offer.target}`,
      label: plain("Approval"),
      dispatch_action: true,
      element: {
        type: "static_select",
        action_id: "route",
        options,
        initial_option: option(routeNames[route], route),
      },
    },
  ];
}

function durationBlock({ target }: Offer, { route, durations }: Choice): ModalView["blocks"][number] {
  const options = durations.map(formatDuration).map((text) => option(text, text));
  const [initial_option] = options;
  return {
    type: "input",
    block_id: `duration:${target}:${route}`,
    label: plain("Duration"),
    element: {
      type: "static_select",
      action_id: "duration",
      options,
      ...(initial_option && { initial_option }),
    },
  };
}

function reasonBlock({ reason }: Choice, text: string | undefined): ModalView["blocks"][number] {
  const { required, ticket } = reason;
  return {
    type: "input",
    block_id: "reason",
    optional: !required,
    label: plain("Reason"),
    ...(ticket && { hint: plain(cut(`With a ticket, such as ${ticket.example}`, 2_000)) }),
    element: {
      type: "plain_text_input",
      action_id: "reason",
      multiline: true,
      max_length: longestReason,
      ...(text && { initial_value: text }),
    },
  };
}

function whatFollows({ approvals, decideWithin }: Offer, { route }: Choice): string {
  if (route !== "approval") return "The rules approve the request at once, and everyone is told.";
  const people = approvals === 1 ? "One approver decides" : "Two approvers decide";
  return `${people} within ${formatDuration(decideWithin)}.`;
}

const routeNames: Record<Route, string> = {
  approval: "By approvers",
  "on-call": "At once, as on-call",
  "break-glass": "At once, by breaking the glass",
};

function plain(text: string) {
  return { type: "plain_text" as const, text, emoji: false };
}

/** Source of the lengths: "Option object" in Slack's reference. */
function option(text: string, value: string): PlainTextOption {
  return { text: plain(cut(text, 75)), value };
}

const selected = v.object({ selected_option: v.nullish(v.object({ value: v.string() })) });
const written = v.object({ value: v.nullish(v.string()) });
const viewShape = v.object({
  id: v.pipe(v.string(), v.nonEmpty()),
  state: v.object({ values: v.record(v.string(), v.record(v.string(), v.unknown())) }),
});

/** What a form holds. `target` and `route` are those of the shown durations. */
export type Entered = {
  viewId: string;
  target: string;
  route: Route;
  duration: string | undefined;
  reason: string;
  /** The blocks of the fields, for Slack's errors. */
  blocks: { duration: string; reason: string };
};

/** Reads a sent form. Undefined if the form has no complete choice, or shows another target than the chosen target. */
export function readForm(view: unknown): Entered | undefined {
  const parsed = v.safeParse(viewShape, view);
  if (!parsed.success) return undefined;
  const { values } = parsed.output.state;
  const block = Object.keys(values).find((id) => id.startsWith("duration:"));
  const [, target, route] = block?.split(":") ?? [];
  const shown = routes.find((one) => one === route);
  if (block === undefined || target === undefined || shown === undefined) return undefined;
  if (chosenIn(values["target"]?.["target"], target) !== target) return undefined;
  if (chosenIn(values[`route:${target}`]?.["route"], shown) !== shown) return undefined;
  return {
    viewId: parsed.output.id,
    ...{ target, route: shown },
    duration: chosenIn(values[block]?.["duration"], undefined),
    reason: textIn(values["reason"]?.["reason"]),
    blocks: { duration: block, reason: "reason" },
  };
}

/** The value of a selection; `unchanged` if Slack does not send the selection, since nobody changed the shown one. */
function chosenIn<T extends string | undefined>(state: unknown, unchanged: T): string | T {
  const parsed = v.safeParse(selected, state);
  return parsed.success ? (parsed.output.selected_option?.value ?? unchanged) : unchanged;
}

function textIn(state: unknown): string {
  const parsed = v.safeParse(written, state);
  return parsed.success ? (parsed.output.value ?? "") : "";
}
