// A stand-in for Slack: the Web API's methods that the access-approval flow calls, and the response_urls of clicks.
import type { Call } from "../kernel/call.ts";
import { type Faults, queueOfFaults } from "../kernel/faults.ts";
import { record } from "../kernel/record.ts";
import type { SlackFault } from "./faults.ts";
import type { SlackMethod } from "./methods.ts";
import { startSlackServer } from "./server.ts";
import type { SlackState } from "./state.ts";
import { emptySlack, type SlackWorkspace, slackWorkspace } from "./workspace.ts";

export type { SlackFault, SlackFaultKind } from "./faults.ts";
export type { SlackMethod } from "./methods.ts";
export type {
  SlackBlock,
  SlackChannel,
  SlackEphemeralMessage,
  SlackMessage,
  SlackPlainText,
  SlackStateValue,
  SlackStateValues,
  SlackUser,
  SlackView,
} from "./state.ts";
export type { NewSlackUser, SlackWorkspace } from "./workspace.ts";

export type Slack = {
  /** The address. The Web API is at `${url}/api/`. */
  url: string;
  /** The valid token of the app's bot, with all scopes of the methods in use. */
  token: string;
  workspace: SlackWorkspace;
  /** By method, such as `chat.postMessage`; `response_url` for the calls of response_urls. */
  faults: Faults<SlackFault>;
  /** Every request, in the order of handling. A refusal has status 200 and an `errorCode`. */
  calls: Call[];
  /** How often a method was called. */
  callsTo(method: SlackMethod | "response_url"): number;
  close(): Promise<void>;
};

export type SlackOptions = Partial<Pick<SlackState, "team" | "app" | "plan" | "signingSecret">>;

/** Starts Slack on a loopback port; nothing leaves the machine. The README lists the behaviour. */
export async function startSlack(options: SlackOptions = {}): Promise<Slack> {
  const state: SlackState = { ...emptySlack(), ...options };
  const workspace = slackWorkspace(state);
  record({ secret: state.signingSecret });
  const calls: Call[] = [];
  const { take, ...faults } = queueOfFaults<SlackFault>();
  const server = await startSlackServer({ state, calls, faults: { take, ...faults } });
  return {
    ...{ url: server.url, token: workspace.addToken(), workspace, faults, calls },
    callsTo: (method) => calls.filter(({ action }) => action === method).length,
    close: server.close,
  };
}
