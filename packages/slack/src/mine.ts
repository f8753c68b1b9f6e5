import type { KnownBlock } from "@slack/types";
import { type AccessRequest, formatDuration, meaningOf, type Status } from "@sym/flow";
import { actions, button, footnote, paragraph } from "./blocks.ts";

const mostShown = 20;

/**
 * The list of a person's open requests, the newest first. `isCut`: older requests were not looked at. `now` in milliseconds since
 * the epoch.
 */
export function mineOf(
  requests: AccessRequest[],
  now: number,
  isCut: boolean,
): { text: string; blocks: KnownBlock[] } {
  const shown = requests.slice(0, mostShown);
  const more = requests.length - shown.length;
  const older = isCut
    ? [footnote("The list leaves out older requests; npm run requests -- list --open shows all.")]
    : [];
  if (shown.length === 0) {
    const text = "You have no access by a request, and no open request.";
    return { text, blocks: [paragraph(text), ...older] };
  }
  return {
    text: requests.length === 1 ? "You have one open request." : `You have ${requests.length} open requests.`,
    blocks: [
      ...shown.flatMap((request) => entryOf(request, now)),
      ...(more > 0 ? [footnote(`And ${more} more: npm run requests -- list --open`)] : []),
      ...older,
    ],
  };
}

function entryOf(request: AccessRequest, now: number): KnownBlock[] {
  const { id, status, access, duration } = request;
  const buttons = buttonsOf(status).map(([text, action]) => button(text, action, id));
  return [
    paragraph({ bold: access.label }, ` for ${formatDuration(duration)}. ${meaningOf(request, now)}`),
    ...(buttons.length > 0 ? [actions(...buttons)] : []),
  ];
}

function buttonsOf(status: Status): [text: string, action: string][] {
  if (status === "asked" || status === "approved") return [["Withdraw", "withdraw"]];
  if (status === "held")
    return [
      ["Extend", "extend"],
      ["I'm done", "end"],
    ];
  return status === "failed" ? [["End again", "end"]] : [];
}
