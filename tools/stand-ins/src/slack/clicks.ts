// What Slack sends to the app when a person does something, signed as Slack signs.
import { randomBytes } from "node:crypto";
import type { BlockSuggestion, SlashCommand, ViewClosedAction, ViewSubmitAction } from "@slack/bolt";
import { type BlockActionClick, blockActionPayload } from "./block-action.ts";
import {
  channelOf,
  findElement,
  findView,
  newResponseUrl,
  verificationToken,
  viewWith,
  whoAndWhere,
} from "./payload-parts.ts";
import { type SlackRequestEvent, type SlackSending, signedEvent } from "./sending.ts";
import type { Slack } from "./slack.ts";
import type { SlackStateValues, SlackView } from "./state.ts";
import { type SlackAnswers, stateValues } from "./state-values.ts";

export { afterSubmission, optionsIn } from "./app-answers.ts";
export type { BlockActionClick } from "./block-action.ts";
export type { SlackRequestEvent, SlackSending } from "./sending.ts";
export type { SlackAnswers, SlackOption } from "./state-values.ts";

/** `user` and `view` are ids; `channel` is an id or a name. A `triggerId` is new unless set. */
export type SlashCommandClick = {
  user: string;
  channel: string;
  command: string;
  text?: string;
  triggerId?: string;
};
/** `answers` by action_id fill the state of all inputs; `values` replace the state of single blocks. */
export type ViewSubmissionClick = {
  user: string;
  view: string | SlackView;
  answers?: SlackAnswers;
  values?: SlackStateValues;
  triggerId?: string;
};
export type ViewClosedClick = { user: string; view: string | SlackView; isCleared?: boolean };
/** `value` is the text in the search of an external menu, in a view. */
export type BlockSuggestionClick = {
  user: string;
  actionId: string;
  blockId?: string;
  value: string;
  view: string | SlackView;
};

/** Each function returns the event that API Gateway gives to the app's function. */
export type SlackClicks = {
  slashCommand(click: SlashCommandClick, sending?: SlackSending): SlackRequestEvent;
  blockAction(click: BlockActionClick, sending?: SlackSending): SlackRequestEvent;
  viewSubmission(click: ViewSubmissionClick, sending?: SlackSending): SlackRequestEvent;
  viewClosed(click: ViewClosedClick, sending?: SlackSending): SlackRequestEvent;
  blockSuggestion(click: BlockSuggestionClick, sending?: SlackSending): SlackRequestEvent;
  urlVerification(challenge?: string, sending?: SlackSending): SlackRequestEvent;
};

/** The clicks of the people of a workspace. Each click issues its own trigger and response_url, as Slack does. */
export function slackClicks({ url, workspace }: Pick<Slack, "url" | "workspace">): SlackClicks {
  const form = (fields: Record<string, string>, sending: SlackSending) =>
    signedEvent(
      String(new URLSearchParams(fields)),
      "application/x-www-form-urlencoded",
      workspace.signingSecret,
      sending,
    );
  const payload = (body: object, sending: SlackSending) => form({ payload: JSON.stringify(body) }, sending);
  return {
    slashCommand: (click, sending = {}) => form(slashCommandFields(click, sending), sending),
    blockAction: (click, sending = {}) =>
      payload(blockActionPayload(workspace, url, click, sending), sending),
    viewSubmission: ({ user, triggerId, values = {}, answers = {}, ...click }, sending = {}) => {
      const view = findView(workspace, click.view);
      const state = { ...stateValues(view.blocks, answers), ...values };
      const body = {
        ...{ type: "view_submission" as const, ...whoAndWhere(workspace, user, sending) },
        trigger_id: triggerId ?? workspace.newTrigger(user, view.id),
        view: viewWith(workspace, view, state),
        response_urls: [],
      };
      return payload(body satisfies Typed<ViewSubmitAction>, sending);
    },
    viewClosed: ({ user, isCleared = false, ...click }, sending = {}) => {
      const view = findView(workspace, click.view);
      view.isOpen = false;
      const body = {
        ...{ type: "view_closed" as const, ...whoAndWhere(workspace, user, sending) },
        view: viewWith(workspace, view, stateValues(view.blocks, {})),
        is_cleared: isCleared,
      };
      return payload(body satisfies Typed<ViewClosedAction>, sending);
    },
    blockSuggestion: ({ user, actionId, value, ...click }, sending = {}) => {
      const view = findView(workspace, click.view);
      const found = findElement(view.blocks, actionId, click.blockId);
      const body = {
        ...{ type: "block_suggestion" as const, ...whoAndWhere(workspace, user, sending) },
        container: { type: "view", view_id: view.id },
        action_id: actionId,
        block_id: click.blockId ?? found?.blockId ?? "",
        value,
        view: viewWith(workspace, view, stateValues(view.blocks, {})),
      };
      return payload(body satisfies Typed<BlockSuggestion>, sending);
    },
    urlVerification: (challenge = randomBytes(26).toString("hex"), sending = {}) => {
      const body = { token: verificationToken, challenge, type: "url_verification" };
      return signedEvent(JSON.stringify(body), "application/json", workspace.signingSecret, sending);
    },
  };

  /** https://docs.slack.dev/interactivity/implementing-slash-commands */
  function slashCommandFields(
    { user, channel, command, text = "", triggerId }: SlashCommandClick,
    sending: SlackSending,
  ) {
    const where = whoAndWhere(workspace, user, sending);
    const { id, name } = channelOf(workspace, channel);
    const { enterprise } = sending;
    return {
      token: verificationToken,
      team_id: where.team.id,
      team_domain: where.team.domain,
      ...(enterprise && { enterprise_id: enterprise.id, enterprise_name: enterprise.name }),
      channel_id: id,
      channel_name: name,
      user_id: user,
      user_name: where.user.name,
      command,
      text,
      api_app_id: workspace.app.id,
      is_enterprise_install: String(where.is_enterprise_install),
      response_url: newResponseUrl(workspace, url, { channel: id, userId: user }),
      trigger_id: triggerId ?? workspace.newTrigger(user),
    } satisfies SlashCommand;
  }
}

/** Bolt's type of a payload without the state of its view, whose values are open here. */
type Typed<Body extends { view?: object }> = Omit<Body, "view"> & {
  view?: Omit<NonNullable<Body["view"]>, "state" | "blocks">;
};
