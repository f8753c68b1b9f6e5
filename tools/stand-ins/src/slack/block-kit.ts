// The limits of blocks, of messages and of modals. Source: "Blocks" and "Views" in https://docs.slack.dev/reference
import * as v from "valibot";
import {
  accessory,
  actionElement,
  anyText,
  characters,
  image,
  inputElement,
  list,
  plainText,
} from "./block-elements.ts";
import { refuse, type SlackBlock, slackId } from "./state.ts";

const id = { block_id: v.exactOptional(characters(255)) };

const section = v.pipe(
  v.strictObject({
    ...id,
    type: v.literal("section"),
    text: v.exactOptional(anyText(3_000)),
    fields: v.exactOptional(list(anyText(2_000), 10)),
    accessory: v.exactOptional(accessory),
    expand: v.exactOptional(v.boolean()),
  }),
  v.check(
    ({ text, fields }) => text !== undefined || fields !== undefined,
    "must define either text or fields",
  ),
);

const shared = [
  section,
  v.strictObject({ ...id, type: v.literal("header"), text: plainText(150) }),
  v.strictObject({ ...id, type: v.literal("divider") }),
  v.strictObject({
    ...id,
    type: v.literal("context"),
    elements: list(v.variant("type", [image, anyText(3_000)]), 10),
  }),
  v.strictObject({ ...id, type: v.literal("actions"), elements: list(actionElement, 25) }),
  v.strictObject({
    ...id,
    type: v.literal("input"),
    label: plainText(2_000),
    element: inputElement,
    hint: v.exactOptional(plainText(2_000)),
    optional: v.exactOptional(v.boolean()),
    dispatch_action: v.exactOptional(v.boolean()),
  }),
  v.strictObject({ ...image.entries, ...id, title: v.exactOptional(plainText(2_000)) }),
  v.looseObject({ ...id, type: v.literal("rich_text"), elements: v.array(v.looseObject({})) }),
] as const;

const markdown = v.strictObject({ ...id, type: v.literal("markdown"), text: characters(12_000) });

const messageBlocks = list(v.variant("type", [...shared, markdown]), 50, 0);
const viewBlocks = list(v.variant("type", shared), 100, 0);

const modal = v.strictObject({
  type: v.literal("modal", "must be modal"),
  title: plainText(24),
  submit: v.nullish(plainText(24)),
  close: v.nullish(plainText(24)),
  blocks: viewBlocks,
  private_metadata: v.exactOptional(characters(3_000, 0)),
  callback_id: v.exactOptional(characters(255, 0)),
  external_id: v.exactOptional(characters(255, 0)),
  clear_on_close: v.exactOptional(v.boolean()),
  notify_on_close: v.exactOptional(v.boolean()),
  submit_disabled: v.exactOptional(v.boolean()),
});

/** Longer texts of all blocks together are refused. Seen at about this length: slackapi/bolt-js#2509 */
const longestBlocks = 13_200;

/** Refuses blocks that Slack refuses in a message: `invalid_blocks`, or `msg_blocks_too_long`. */
export function checkMessageBlocks(blocks: SlackBlock[]): void {
  const result = v.safeParse(messageBlocks, blocks);
  const problems = result.success ? ambiguities(blocks, "/blocks") : problemsOf(result.issues, "/blocks");
  if (problems.length > 0) refuse("invalid_blocks", inMetadata(problems));
  if (textLength(blocks) > longestBlocks) refuse("msg_blocks_too_long");
}

/** The arguments' view, or a refusal: `invalid_arguments`, or `view_too_large` above 250 kB. */
export function checkView(view: unknown) {
  if (view === undefined) refuse("invalid_arguments", inMetadata(["[ERROR] missing required field: view"]));
  const result = v.safeParse(modal, view);
  if (!result.success) return refuse("invalid_arguments", inMetadata(problemsOf(result.issues, "/view")));
  const { output } = result;
  const problems = ambiguities(output.blocks, "/view/blocks");
  if (output.blocks.some(({ type }) => type === "input") && !output.submit)
    problems.push("[ERROR] missing required field: submit [json-pointer:/view]");
  if (problems.length > 0) refuse("invalid_arguments", inMetadata(problems));
  if (Buffer.byteLength(JSON.stringify(view)) > 250_000) refuse("view_too_large");
  return output;
}

/** Blocks with an id each, as Slack keeps blocks. */
export function withBlockIds(blocks: SlackBlock[]): SlackBlock[] {
  return blocks.map((block) => ({ ...block, block_id: block.block_id ?? slackId("B").slice(1, 6) }));
}

/** Ids that occur twice: of blocks, and of the elements in a block. */
function ambiguities(blocks: { type: string; block_id?: string | undefined }[], pointer: string): string[] {
  const ids = blocks.flatMap(({ block_id }) => block_id ?? []);
  const twice = (names: string[]) => names.filter((name, index) => names.indexOf(name) < index);
  const inBlocks = blocks.map((block) => {
    const elements = "elements" in block ? (block.elements as { action_id?: string }[]) : [];
    return twice(elements.flatMap(({ action_id }) => action_id ?? []));
  });
  return [
    ...twice(ids).map((name) => `[ERROR] block_id already exists: ${name} [json-pointer:${pointer}]`),
    ...inBlocks.flatMap((names, index) =>
      names.map((name) => `[ERROR] action_id already exists: ${name} [json-pointer:${pointer}/${index}]`),
    ),
  ];
}

/** Problems in Slack's form, as in rtCamp/frappe-slack-connector#54. The wording of rare problems is our own. */
function problemsOf(issues: v.BaseIssue<unknown>[], pointer: string): string[] {
  return issues.map(({ message, path = [] }) => {
    const place = path.map(({ key }) => `/${String(key)}`).join("");
    return `[ERROR] ${message} [json-pointer:${pointer}${place}]`;
  });
}

function inMetadata(messages: string[]): Record<string, unknown> {
  return { response_metadata: { messages } };
}

function textLength(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  return Object.entries(value).reduce(
    (sum, [key, part]) => sum + (key === "text" && typeof part === "string" ? part.length : textLength(part)),
    0,
  );
}
