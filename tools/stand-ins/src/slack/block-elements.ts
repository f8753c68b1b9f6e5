// The limits of Block Kit's elements and composition objects. Source: "Block elements" and "Composition objects" in
// https://docs.slack.dev/reference/block-kit, and Slack's own JSON schema of blocks, which allows no further properties.
import * as v from "valibot";

/** A text of `least` to `most` characters. */
export const characters = (most: number, least = 1) =>
  v.pipe(
    v.string("must be a string"),
    v.minLength(least, `must be more than ${least - 1} characters`),
    v.maxLength(most, `must be less than ${most + 1} characters`),
  );

/** A list of `least` to `most` items. */
export const list = <Item extends v.GenericSchema>(item: Item, most: number, least = 1) =>
  v.pipe(
    v.array(item, "must provide an array"),
    v.minLength(least, `must have at least ${least} items`),
    v.maxLength(most, `no more than ${most} items allowed`),
  );

export const plainText = (most: number, least = 1) =>
  v.strictObject({
    type: v.literal("plain_text", "must be plain_text"),
    text: characters(most, least),
    emoji: v.exactOptional(v.boolean()),
  });

const mrkdwn = (most: number) =>
  v.strictObject({
    type: v.literal("mrkdwn", "must be mrkdwn"),
    text: characters(most),
    verbatim: v.exactOptional(v.boolean()),
  });

export const anyText = (most: number) => v.variant("type", [plainText(most), mrkdwn(most)]);

const confirm = v.strictObject({
  title: plainText(100),
  text: anyText(300),
  confirm: plainText(30),
  deny: plainText(30),
  style: v.exactOptional(v.picklist(["primary", "danger"])),
});

const option = (text: typeof plainText | typeof anyText) =>
  v.strictObject({
    text: text(75),
    value: characters(150),
    description: v.exactOptional(text(75)),
  });
const choice = option(plainText);
const richChoice = option(anyText);
const group = v.strictObject({ label: plainText(75), options: list(choice, 100) });

const actionId = v.exactOptional(characters(255));
const interactive = { action_id: actionId, confirm: v.exactOptional(confirm) };
const focusable = { focus_on_load: v.exactOptional(v.boolean()) };
const written = { placeholder: v.exactOptional(plainText(150)) };

const button = v.strictObject({
  ...interactive,
  type: v.literal("button"),
  text: plainText(75),
  url: v.exactOptional(characters(3_000)),
  value: v.exactOptional(characters(2_000)),
  style: v.exactOptional(v.picklist(["primary", "danger"], "must be primary or danger")),
  accessibility_label: v.exactOptional(characters(75)),
});

const menu = { ...interactive, ...focusable, ...written };
const several = { max_selected_items: v.exactOptional(v.pipe(v.number(), v.minValue(1))) };
const local = {
  options: v.exactOptional(list(choice, 100)),
  option_groups: v.exactOptional(list(group, 100)),
};
const search = { min_query_length: v.exactOptional(v.number()) };
const conversation = {
  response_url_enabled: v.exactOptional(v.boolean()),
  default_to_current_conversation: v.exactOptional(v.boolean()),
  filter: v.exactOptional(v.looseObject({})),
};
const first = { initial_option: v.exactOptional(choice) };
const firsts = { initial_options: v.exactOptional(list(choice, 100)) };
const someIds = v.exactOptional(v.array(v.string()));

const menus = [
  v.strictObject({ ...menu, ...local, ...first, type: v.literal("static_select") }),
  v.strictObject({ ...menu, ...search, ...first, type: v.literal("external_select") }),
  v.strictObject({ ...menu, type: v.literal("users_select"), initial_user: v.exactOptional(v.string()) }),
  v.strictObject({
    ...{ ...menu, ...conversation },
    type: v.literal("conversations_select"),
    initial_conversation: v.exactOptional(v.string()),
  }),
  v.strictObject({
    ...menu,
    type: v.literal("channels_select"),
    initial_channel: v.exactOptional(v.string()),
    response_url_enabled: v.exactOptional(v.boolean()),
  }),
  v.strictObject({ ...menu, ...several, ...local, ...firsts, type: v.literal("multi_static_select") }),
  v.strictObject({ ...menu, ...several, ...search, ...firsts, type: v.literal("multi_external_select") }),
  v.strictObject({ ...menu, ...several, type: v.literal("multi_users_select"), initial_users: someIds }),
] as const;

const choices = [
  v.strictObject({
    ...{ ...interactive, ...focusable },
    type: v.literal("radio_buttons"),
    options: list(richChoice, 10),
    initial_option: v.exactOptional(richChoice),
  }),
  v.strictObject({
    ...{ ...interactive, ...focusable },
    type: v.literal("checkboxes"),
    options: list(richChoice, 10),
    initial_options: v.exactOptional(list(richChoice, 10)),
  }),
  v.strictObject({
    ...{ ...interactive, ...focusable, ...written },
    type: v.literal("datepicker"),
    initial_date: v.exactOptional(v.pipe(v.string(), v.isoDate("must be a valid date"))),
  }),
  v.strictObject({
    ...{ ...interactive, ...focusable, ...written },
    type: v.literal("timepicker"),
    initial_time: v.exactOptional(v.pipe(v.string(), v.isoTime("must be a valid time"))),
    timezone: v.exactOptional(v.string()),
  }),
  v.strictObject({
    ...{ ...interactive, ...focusable },
    type: v.literal("datetimepicker"),
    initial_date_time: v.exactOptional(v.number()),
  }),
] as const;

const overflow = v.strictObject({ ...interactive, type: v.literal("overflow"), options: list(choice, 5) });

export const image = v.strictObject({
  type: v.literal("image"),
  image_url: characters(3_000),
  alt_text: characters(2_000),
});

const field = { action_id: actionId, ...focusable, ...written };
const dispatch = { dispatch_action_config: v.exactOptional(v.looseObject({})) };

const fields = [
  v.strictObject({
    ...{ ...field, ...dispatch },
    type: v.literal("plain_text_input"),
    initial_value: v.exactOptional(characters(3_000, 0)),
    multiline: v.exactOptional(v.boolean()),
    min_length: v.exactOptional(v.pipe(v.number(), v.minValue(0), v.maxValue(3_000))),
    max_length: v.exactOptional(v.pipe(v.number(), v.minValue(1), v.maxValue(3_000))),
  }),
  v.strictObject({
    ...{ ...field, ...dispatch },
    type: v.literal("number_input"),
    is_decimal_allowed: v.boolean(),
    initial_value: v.exactOptional(v.string()),
    min_value: v.exactOptional(v.string()),
    max_value: v.exactOptional(v.string()),
  }),
  v.strictObject({
    ...{ ...field, ...dispatch },
    type: v.picklist(["email_text_input", "url_text_input"]),
    initial_value: v.exactOptional(v.string()),
  }),
] as const;

/** What an `actions` block may hold. */
export const actionElement = v.variant("type", [button, overflow, ...menus, ...choices]);
/** What a section may have at its side. */
export const accessory = v.variant("type", [button, overflow, image, ...menus, ...choices]);
/** What an `input` block may hold. */
export const inputElement = v.variant("type", [...fields, ...menus, ...choices]);

/** The answer to a search in an external menu; no option is a valid answer. */
export const suggestedOptions = v.union([
  v.strictObject({ options: list(choice, 100, 0), option_groups: v.exactOptional(v.never()) }),
  v.strictObject({ option_groups: list(group, 100), options: v.exactOptional(v.never()) }),
]);
