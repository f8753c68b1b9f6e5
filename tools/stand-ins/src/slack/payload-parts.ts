// Parts that several payloads share. https://docs.slack.dev/reference/interaction-payloads
import { randomUUID } from "node:crypto";
import type { SlackSending } from "./sending.ts";
import type { SlackBlock, SlackStateValues, SlackView } from "./state.ts";
import { shownView } from "./view-methods.ts";
import type { SlackWorkspace } from "./workspace.ts";

/** The deprecated verification token, which every payload still has. */
export const verificationToken = "deprecated-verification-token";

/** The workspace, the user and the app of a payload. */
export function whoAndWhere(workspace: SlackWorkspace, userId: string, sending: SlackSending) {
  const { team, isEnterpriseInstall = false, enterprise } = sending;
  const { id, domain } = team ?? workspace.team;
  const user = workspace.users.get(userId);
  const name = user?.name ?? userId.toLowerCase();
  return {
    team: {
      ...{ id, domain },
      ...(enterprise && { enterprise_id: enterprise.id, enterprise_name: enterprise.name }),
    },
    user: { id: userId, username: name, name, team_id: sending.userTeamId ?? user?.team_id ?? id },
    api_app_id: workspace.app.id,
    token: verificationToken,
    is_enterprise_install: isEnterpriseInstall,
    ...(enterprise && { enterprise }),
  };
}

/** A channel by its id or its name. Direct messages have a name that all share. */
export function channelOf(workspace: SlackWorkspace, named: string): { id: string; name: string } {
  const byName = [...workspace.channels.values()].find(({ name }) => name === named.replace(/^#/, ""));
  const { id = named, name = "directmessage" } = workspace.channels.get(named) ?? byName ?? {};
  return { id, name };
}

/** A new response_url on the stand-in, with five uses. */
export function newResponseUrl(
  workspace: SlackWorkspace,
  url: string,
  target: { channel: string; userId: string; ts?: string },
): string {
  const id = randomUUID().replaceAll("-", "");
  workspace.responseUrls.set(id, { ...target, usesLeft: 5 });
  return `${url}/actions/${workspace.team.id}/${id}`;
}

/** A view by its id, or as given. */
export function findView(workspace: SlackWorkspace, view: string | SlackView): SlackView {
  if (typeof view !== "string") return view;
  const found = workspace.views.find(({ id }) => id === view);
  if (!found) throw new Error(`The app opened no view ${view}. Open a view before the click in it.`);
  return found;
}

/** A view with the answers of the user so far. */
export function viewWith(workspace: SlackWorkspace, view: SlackView, values: SlackStateValues) {
  return { ...shownView(workspace, view), state: { values } };
}

/** An interactive element of blocks. */
export type SlackElement = { type: string; action_id?: string; value?: string } & Record<string, unknown>;

/** The element with this action_id, in the block with this id or in any block. */
export function findElement(
  blocks: SlackBlock[],
  actionId: string,
  blockId?: string,
): { blockId: string; element: SlackElement } | undefined {
  for (const block of blocks) {
    if (blockId !== undefined && block.block_id !== blockId) continue;
    const element = elementsOf(block).find(({ action_id }) => action_id === actionId);
    if (element) return { blockId: block.block_id ?? "", element };
  }
  return undefined;
}

/** The interactive elements of a block. */
export function elementsOf(block: SlackBlock): SlackElement[] {
  const {
    elements = [],
    accessory,
    element,
  } = block as SlackBlock & {
    elements?: SlackElement[];
    accessory?: SlackElement;
    element?: SlackElement;
  };
  return [...elements, ...[accessory, element].filter((one) => one !== undefined)];
}
