export { notificationText, paragraph } from "./blocks.ts";
export { askForm, type Entered, formId, messageForm, readForm, targetOption } from "./form.ts";
export { groupReader } from "./groups.ts";
export { mineOf } from "./mine.ts";
export { slackOutlet } from "./outlet.ts";
export { foreignAccount, personIn, type Vouched } from "./people.ts";
export { readSlackSettings, type SlackSettings } from "./settings.ts";
export { silent } from "./silent.ts";
export { type SlackApi, slackApi } from "./slack-api.ts";
