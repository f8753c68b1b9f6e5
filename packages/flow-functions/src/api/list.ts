import {
  type AccessRequest,
  isRequestId,
  isTargetKey,
  personOf,
  type RequestStore,
  type Status,
  statuses,
} from "@sym/flow";
import { SymError } from "@sym/lambda-core";
import * as v from "valibot";
import { flowInAws } from "../deps.ts";
import { type Answer, badCall, CallError, readFields } from "./http.ts";
import { summaryOf, viewOf } from "./view.ts";

const defaultLimit = 20;
const mostPerPage = 100;
/** With a filter beside the index, a page looks at this many requests, and the next page goes on from there. */
const mostLookedAt = 400;
const readsAtOnce = 20;
const longestShownId = 80;

const timeAdvice = "must be a date or a time in UTC, such as 2026-01-31 or 2026-01-31T12:00:00Z";
const limitAdvice = `must be a whole number from 1 to ${mostPerPage}`;
const time = v.optional(
  v.pipe(
    v.string(),
    v.check((text) => /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?Z)?$/.test(text), timeAdvice),
    v.check((text) => !Number.isNaN(Date.parse(text)), timeAdvice),
    v.transform((text) => Date.parse(text)),
  ),
);
const personAdvice = "must be one e-mail address, such as robin@example.com";

const queryShape = v.strictObject({
  person: v.optional(
    v.pipe(
      v.string(),
      v.check((text) => personOf(text) !== undefined, personAdvice),
      v.transform(personOf),
    ),
  ),
  target: v.optional(
    v.pipe(v.string(), v.check(isTargetKey, "must be the key of a target, such as prod-admins")),
  ),
  status: v.optional(v.picklist(statuses, `must be one of ${statuses.join(", ")}`)),
  open: v.optional(v.picklist(["true"], "must be true, or be left out")),
  from: time,
  to: time,
  limit: v.optional(
    v.pipe(
      v.string(),
      v.check((text) => /^[1-9]\d{0,2}$/.test(text) && Number(text) <= mostPerPage, limitAdvice),
      v.transform(Number),
    ),
    String(defaultLimit),
  ),
});

type Query = v.InferOutput<typeof queryShape>;
type Broken = { id: string; error: string };

/** The requests that still are or may be access, or can become access. */
const openStatuses: readonly Status[] = ["asked", "approved", "granting", "held", "ending", "failed"];

/** Shows one request. */
export async function show(requestId: string): Promise<Answer> {
  const { deps } = flowInAws();
  return { status: 200, body: { request: viewOf(await readOne(deps.store, requestId), deps.clock.now()) } };
}

/** Reads a request. A missing request is an answer with status 404. */
export async function readOne(store: RequestStore, requestId: string): Promise<AccessRequest> {
  const request = isRequestId(requestId) ? await store.read(requestId) : undefined;
  if (request !== undefined) return request;
  const shown = requestId.slice(0, longestShownId);
  throw new CallError(404, `There is no request ${shown}; list the requests, and check the id`);
}

/** A page of requests, the newest first. `next` is the `to` of the next page, or null on the last page. */
export async function list(text: string): Promise<Answer> {
  const query = readFields(queryShape, fieldsIn(text));
  const { deps } = flowInAws();
  const { requests, broken } = await readAll(deps.store, await idsOf(deps.store, query));
  const found = requests.slice(0, mostLookedAt).filter((request) => fits(request, query));
  const { page, next } = cut(found, query.limit, requests[mostLookedAt]);
  const now = deps.clock.now();
  return { status: 200, body: { requests: page.map((one) => summaryOf(one, now)), broken, next } };
}

function fieldsIn(text: string): Record<string, string> {
  const pairs = [...new URLSearchParams(text)];
  const names = new Set(pairs.map(([name]) => name));
  if (names.size < pairs.length) throw badCall("A parameter is given twice; give each parameter once");
  return Object.fromEntries(pairs);
}

/** The ids by one index; without a person and a target, by the index of statuses. */
async function idsOf(store: RequestStore, { person, target, from, to, limit, ...query }: Query) {
  const times = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
  const all = mostLookedAt + 1;
  if (person !== undefined) return store.ids({ person, ...times, limit: all });
  if (target !== undefined) return store.ids({ target, ...times, limit: all });
  const wanted = statusesOf(query).map((status) => store.ids({ status, ...times, limit: limit + 1 }));
  // A request can be in two lists, because an index lags behind.
  return [...new Set((await Promise.all(wanted)).flat())];
}

function statusesOf({ status, open }: Pick<Query, "status" | "open">): readonly Status[] {
  const some = open === undefined ? statuses : openStatuses;
  return status === undefined ? some : some.filter((one) => one === status);
}

function fits(request: AccessRequest, query: Query): boolean {
  const { person = request.requester, target = request.target } = query;
  return (
    request.requester === person && request.target === target && statusesOf(query).includes(request.status)
  );
}

/** Reads the requests, and sorts them, the newest first. A record that makes no sense does not hide the others. */
async function readAll(store: RequestStore, ids: string[]) {
  const broken: Broken[] = [];
  const requests: AccessRequest[] = [];
  const readInto = async (id: string) => {
    try {
      const request = await store.read(id);
      if (request !== undefined) requests.push(request);
    } catch (error) {
      if (!(error instanceof SymError) || error.retryable) throw error;
      broken.push({ id, error: error.message });
    }
  };
  for (let start = 0; start < ids.length; start += readsAtOnce)
    await Promise.all(ids.slice(start, start + readsAtOnce).map(readInto));
  return { requests: requests.sort((a, b) => b.times.asked - a.times.asked), broken };
}

/** A page, and where the next page begins. Requests of one millisecond stay on one page, so that no page loses one. */
function cut(found: AccessRequest[], limit: number, unseen: AccessRequest | undefined) {
  const page = found.slice(0, limit);
  const following = (found[limit] ?? unseen)?.times.asked;
  if (following === undefined) return { page, next: null };
  const earlier = page.filter(({ times }) => times.asked > following);
  if (earlier.length === 0 && page.length > 0) return { page, next: inUtc(following) };
  return { page: earlier, next: inUtc(following + 1) };
}

function inUtc(time: number): string {
  return new Date(time).toISOString();
}
