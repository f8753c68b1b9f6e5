// The form that asks for access: its search, its fields, its sending, and its form for an extension.
import { isRequestId, type Offer, offerTo, type Person, parseDuration, type Route, uuidOf } from "@sym/flow";
import { recordRequest } from "@sym/flow-functions/record";
import { refused } from "@sym/lambda-core";
import { askForm, type Entered, groupReader, messageForm, readForm, targetOption } from "@sym/slack";
import * as v from "valibot";
import { connected } from "./connected.ts";
import { type Click, personBehind } from "./who.ts";

const mostOptions = 100; // Slack, "external_select".
/** Forms may show what was true this long ago. What a form sends is checked anew. */
const keptMs = 60_000;

const kept = new Map<string, { value: Promise<unknown>; at: number }>();

/** A value that is made anew after `keptMs`. A failure is not kept. */
function keep<T>(key: string, make: () => Promise<T>): Promise<T> {
  for (const [old, { at }] of kept) if (Date.now() >= at + keptMs) kept.delete(old);
  const known = kept.get(key);
  if (known !== undefined) return known.value as Promise<T>;
  const value = make();
  kept.set(key, { value, at: Date.now() });
  value.catch(() => kept.delete(key));
  return value;
}

type Offers = { person: Person; offers: Offer[]; unreadGroups: string[] };

/** The person behind a click, and what the person may ask for. A group that cannot be read offers nothing, and is not kept. */
async function offersTo(click: Click): Promise<Offers> {
  const key = `offers ${click.team} ${click.home} ${click.account}`;
  const found = await keep(key, async () => {
    const { api, settings, rulesWith } = connected();
    const person = await personBehind(click);
    const groups = { ...api, groupMembers: (group: string) => keep(group, () => api.groupMembers(group)) };
    const rules = rulesWith(groupReader(groups, settings, new Map([[person, click.account]])));
    const all = await rules.all({ asking: [person], deciding: [] });
    const offers = all.map((one) => offerTo(person, one)).filter((offer) => offer !== undefined);
    return { person, offers, unreadGroups: all.flatMap((one) => one.unreadGroups) };
  });
  if (found.unreadGroups.length > 0) kept.delete(key);
  return found;
}

/** The targets whose label or key has the text. */
export async function searchTargets(click: Click, text: string) {
  const wanted = text.trim().toLowerCase();
  const { offers } = await offersTo(click);
  return offers
    .filter(({ label, target }) => `${label} ${target}`.toLowerCase().includes(wanted))
    .slice(0, mostOptions)
    .map(targetOption);
}

/** Opens the form, at once: the person chooses the target in the form. */
export async function openForm(triggerId: string): Promise<void> {
  await connected().api.openView({ trigger_id: triggerId, view: askForm() });
}

/** Opens the form for the same access again. The new request needs its own approval. */
export async function openExtension(click: Click, requestId: string, triggerId: string): Promise<undefined> {
  const { api, deps } = connected();
  const [
    request,
    {
      person,
      offers,
      unreadGroups: [unread],
    },
  ] = await Promise.all([isRequestId(requestId) ? deps.store.read(requestId) : undefined, offersTo(click)]);
  // The form shows the reason of the request.
  if (request !== undefined && request.requester !== person)
    throw refused("Only the requester extends a request; ask for the access with /access");
  const offer = offers.find(({ target }) => target === request?.target);
  if (request !== undefined && offer === undefined && unread !== undefined)
    throw refused(`Slack user group ${unread} cannot be read now; try again in a minute`);
  if (request === undefined || offer === undefined)
    throw refused("You may not ask for this access any more; /access lists what you may ask for");
  const view = askForm({ offer, route: firstRoute(offer, request.route), reason: request.reason });
  await api.openView({ trigger_id: triggerId, view });
}

const shownShape = v.object({
  id: v.string(),
  hash: v.string(),
  state: v.object({ values: v.record(v.string(), v.record(v.string(), v.unknown())) }),
});
const selected = v.object({ selected_option: v.object({ value: v.string() }) });

/** Shows the fields of the chosen target and route. */
export async function showTarget(click: Click, view: unknown): Promise<void> {
  const { id, hash, state } = v.parse(shownShape, view);
  const chosen = (block: string, action: string) => {
    const parsed = v.safeParse(selected, state.values[block]?.[action]);
    return parsed.success ? parsed.output.selected_option.value : undefined;
  };
  const target = chosen("target", "target");
  const { offers } = await offersTo(click);
  const offer = offers.find((one) => one.target === target);
  const route = offer && firstRoute(offer, chosen(`route:${target}`, "route"));
  const { api } = connected();
  await api.updateView({ view_id: id, hash, view: askForm(offer && route && { offer, route }) });
}

function firstRoute({ routes }: Offer, wanted: string | undefined): Route {
  return routes.find(({ route }) => route === wanted)?.route ?? routes[0]?.route ?? "approval";
}

/** Records the request of a sent form. Resolves to Slack's answer: the errors of fields, or what happens next. */
export async function sendForm(click: Click, view: unknown) {
  const entered = readForm(view);
  if (entered === undefined)
    return messageForm(
      "Not recorded",
      "The form was not complete, so nothing was recorded; ask again with /access",
    );
  const requester = await personBehind(click);
  const duration = parseDuration(entered.duration ?? "");
  if (duration === undefined) return errors(entered.blocks.duration, "Choose a duration");
  if (/[^\P{Cc}\n\t]/u.test(entered.reason) || !entered.reason.isWellFormed())
    return errors(entered.blocks.reason, "The reason has control characters; write the reason anew");
  return record(click, requester, entered, duration);
}

async function record(click: Click, requester: Person, entered: Entered, duration: number) {
  const { api, settings, rulesWith } = connected();
  const { target, route, reason, viewId, blocks } = entered;
  const rules = rulesWith(groupReader(api, settings, new Map([[requester, click.account]])));
  const asked = { target, requester, account: click.account, duration, reason, route };
  // A form is one wish, also if Slack delivers it twice: the id of the opened view names the request.
  const next = await recordRequest(asked, uuidOf(`${click.team} ${viewId}`), { rulesOf: rules.of });
  if (!next.ok) return errors(blocks[next.field ?? "duration"], next.refusal);
  return messageForm(
    "Recorded",
    `Request ${next.request.id} for ${next.request.access.label} is recorded. ${whatFollows[route]}`,
  );
}

const whatFollows: Record<Route, string> = {
  approval: "The approvers are asked in a moment, and a message tells you what they decide.",
  "on-call": "The rules approve the request in a moment, and a message tells you when you have the access.",
  "break-glass":
    "The rules approve the request in a moment, and a message tells you when you have the access.",
};

function errors(block: string, sentence: string) {
  return { response_action: "errors" as const, errors: { [block]: sentence } };
}
