// Bolt's app: which listener answers which click.
import { AsyncLocalStorage } from "node:async_hooks";
import { App, AwsLambdaReceiver } from "@slack/bolt";
import type { createLog } from "@sym/lambda-core";
import { formId, messageForm, silent } from "@sym/slack";
import { answerCommand } from "./command.ts";
import { decideByClick, isDecision } from "./decide.ts";
import { openExtension, searchTargets, sendForm, showTarget } from "./forms.ts";
import { sentenceOf, shown } from "./sentences.ts";
import { clickIn } from "./who.ts";

type Receive = ReturnType<AwsLambdaReceiver["toHandler"]>;
export type SlackEvent = Parameters<Receive>[0];
type Invoked = { log: ReturnType<typeof createLog>; requestId: string };

/** The invocation in which a listener runs. The app outlives each invocation. */
const invoked = new AsyncLocalStorage<Invoked>();
let latest: { signingSecret: string; receive: Receive } | undefined;

/** An answer to a click goes to an address of Slack. */
const respondTimeoutMs = 1_500;

/** Answers an event that is signed with this secret. Answers 401 to others. */
export function receive(signingSecret: string, event: SlackEvent, invocation: Invoked) {
  if (latest?.signingSecret !== signingSecret)
    latest = { signingSecret, receive: createReceiver(signingSecret) };
  const { receive: receiveNow } = latest;
  return invoked.run(invocation, () => receiveNow(event, {}));
}

function createReceiver(signingSecret: string): Receive {
  const receiver = new AwsLambdaReceiver({ signingSecret, logger: silent });
  // With `authorize`, Bolt calls Slack neither at its start nor for an event: the listeners have a client of their own.
  const app = new App({
    receiver,
    authorize: async () => ({}),
    convoStore: false,
    logger: silent,
    clientOptions: {
      fetch: (url, init) => fetch(url, { ...init, signal: AbortSignal.timeout(respondTimeoutMs) }),
    },
  });

  app.command(/./, async ({ body, ack }) => {
    const { command, text = "", trigger_id: trigger } = body;
    const answer = await answerCommand(clickIn(body), command, text.trim(), trigger).catch(toShown);
    await ack(answer ?? undefined);
  });

  app.options("target", async ({ body, payload, ack }) => {
    const options = await searchTargets(clickIn(body), payload.value).catch((error: unknown) => {
      toSentence(error);
      return [];
    });
    await ack({ options });
  });

  app.action({ type: "block_actions", action_id: /^(target|route)$/ }, async ({ body, ack }) => {
    await ack();
    await showTarget(clickIn(body), body.view).catch(toSentence);
  });

  app.view(formId, async ({ body, view, ack }) => {
    const answer = await sendForm(clickIn(body), view).catch((error: unknown) =>
      messageForm("Not recorded", toSentence(error)),
    );
    await ack(answer);
  });

  app.action(
    { type: "block_actions", action_id: /^(approve|deny|withdraw|end|extend)$/ },
    async ({ body, action, ack, respond }) => {
      await ack();
      const request = action.type === "button" ? (action.value ?? "") : "";
      const { action_id: what } = action;
      const done = isDecision(what)
        ? decideByClick(clickIn(body), what, request)
        : openExtension(clickIn(body), request, body.trigger_id);
      const sentence = await done.catch(toSentence);
      if (sentence === undefined) return;
      await respond({ response_type: "ephemeral", replace_original: false, ...shown(sentence) }).catch(
        toSentence,
      );
    },
  );

  return receiver.toHandler();
}

/** Logs an error, and returns what the person reads. */
function toSentence(error: unknown): string {
  const { log = () => undefined, requestId = "" } = invoked.getStore() ?? {};
  return sentenceOf(error, requestId, log);
}

function toShown(error: unknown) {
  return shown(toSentence(error));
}
