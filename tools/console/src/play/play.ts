// A flow that plays in this process: the flow's own rules and steps, with the built bundles as handlers.
import { randomUUID } from "node:crypto";
import * as flow from "@sym/flow";
import { type ByHand, changeByHand } from "./by-hand.ts";
import { nameOf, people, rulesOf } from "./cast.ts";
import { createEngine, type RunStep } from "./engine.ts";
import { createFunctions } from "./functions.ts";
import { createJournal } from "./journal.ts";
import type { Offered, Stage } from "./stage.ts";
import { createTimers } from "./timers.ts";
import { createTrouble, type Trouble, troubles } from "./trouble.ts";

export type Play = Awaited<ReturnType<typeof openPlay>>;

const watchEveryMs = 5 * 60_000;
const mostListed = 1_000;

/** `newId`: the id of the next request. */
export async function openPlay(stage: Stage, newId: () => string = randomUUID) {
  const journal = createJournal();
  const { invoke, sweep } = createFunctions(stage, journal);
  const timers = createTimers();
  const store = flow.memoryStore();
  const offered: Offered[] = stage.deployed.flatMap((deployed) =>
    deployed.target.things.map((thing) => ({ deployed, thing })),
  );
  const trouble = createTrouble(stage, (handler) =>
    journal.add({
      kind: "trouble",
      title: `The function of ${handler} was killed`,
      sentence: "",
      isBad: true,
    }),
  );

  const deps: flow.FlowDeps = {
    store: {
      ...store,
      async write(request) {
        const written = await store.write(request);
        journal.changed();
        return written;
      },
    },
    clock: { now: () => Date.now() },
    rulesOf: async (target) => {
      const found = offered.find(({ thing }) => thing.target === target);
      return found && rulesOf(found.deployed.target, found.thing);
    },
    invoke,
    wake: (token) => engine.wake(token),
    outlets: { tell: { topic: async (message, request) => tell(message, request) } },
  };
  const steps: Record<string, RunStep> = {
    plan: (_, { request }) => flow.plan(deps, request),
    ask: (_, { request, token = "" }) => flow.ask(deps, request, token),
    escalate: (_, { request }) => flow.escalate(deps, request),
    hold: (_, { request, token = "" }) => flow.hold(deps, request, token),
    deescalate: (_, { request }) => flow.deescalate(deps, request),
  };
  const engine = createEngine(timers, async (step, input) => {
    const run = steps[step];
    if (run === undefined) throw new Error(`The definition has an unknown step ${step}`);
    return run(step, input);
  });
  let watchedAt = Date.now();

  async function tell({ kind, to, text }: flow.Message, { id }: flow.AccessRequest): Promise<flow.Telling> {
    journal.add({ request: id, kind: "message", title: `Message to ${to} (${kind})`, sentence: text });
    return {};
  }

  async function requests(): Promise<flow.AccessRequest[]> {
    const ids = await Promise.all(flow.statuses.map((status) => store.ids({ status, limit: mostListed })));
    const found = await Promise.all([...new Set(ids.flat())].map((id) => store.read(id)));
    return found.filter((one) => one !== undefined).sort((a, b) => b.times.asked - a.times.asked);
  }

  /** Asks for a person. Returns the request's id, or the refusal. */
  async function ask(asked: flow.Asked): Promise<{ id: string } | { refusal: string }> {
    const next = await flow.askFor({ ...deps, start: engine.start }, asked, newId());
    if (!next.ok) {
      journal.add({
        kind: "person",
        title: `${nameOf(asked.requester)} asks for ${asked.target}: refused`,
        sentence: next.refusal,
        isBad: true,
      });
      return { refusal: next.refusal };
    }
    const { id, access, duration } = next.request;
    const title = `${nameOf(asked.requester)} asks for ${access.label} for ${flow.formatDuration(duration)}`;
    journal.add({ request: id, kind: "person", title, sentence: asked.reason });
    await timers.settle();
    return { id };
  }

  const words = {
    approve: "approves",
    deny: "denies",
    withdraw: "withdraws the request",
    end: "ends the access",
  };

  async function decide(id: string, by: flow.Person, what: flow.PersonsDecision["what"]): Promise<void> {
    const decided = await flow.decideOn(deps, id, { by, door: "command", what });
    journal.add({
      request: id,
      kind: "person",
      title: `${nameOf(by)} ${words[what]}`,
      sentence: decided.ok ? "" : decided.refusal,
      isBad: !decided.ok,
    });
    await timers.settle();
  }

  async function pass(milliseconds: number): Promise<void> {
    const minutes = Math.ceil(milliseconds / 60_000);
    journal.add({
      kind: "time",
      title: minutes === 1 ? "1 minute passes" : `${minutes} minutes pass`,
      sentence: "",
    });
    await timers.passUntil(Date.now() + milliseconds);
    journal.changed();
    if (Date.now() >= watchedAt + watchEveryMs) await watch();
  }

  /** A round of the watchman, as the schedule of infra/flow starts it. */
  async function watch(): Promise<void> {
    watchedAt = Date.now();
    const { stopped } = await flow.watch({ ...deps, executions: { status: engine.status } });
    if (stopped > 0)
      journal.add({
        kind: "function",
        title: "The watchman has carried on requests",
        sentence: `${stopped}`,
        isBad: true,
      });
    await timers.settle();
  }

  /** Delivers the event of a request once more: late, twice, or before its time. */
  async function deliver(id: string, type: "escalate" | "deescalate"): Promise<void> {
    const request = await store.read(id);
    if (request === undefined) return;
    journal.add({
      request: id,
      kind: "trouble",
      title: `The event ${type} is delivered once more`,
      sentence: "",
    });
    await invoke(request.access.functionArn, flow.payloadFor(request, type)).catch(() => undefined);
  }

  function choose(next: Trouble): void {
    trouble.choose(next);
    journal.add({ kind: "trouble", title: troubles[next], sentence: "", isBad: next !== "none" });
  }

  function stop(id: string): void {
    engine.stop(id);
    journal.add({
      request: id,
      kind: "trouble",
      title: "An administrator stops the execution",
      sentence: "",
      isBad: true,
    });
  }

  return {
    ...{ stage, journal, offered, people, requests, read: store.read },
    ...{ ask, decide, pass, watch, sweep, deliver, choose, stop },
    change: (offer: Offered, change: ByHand) => changeByHand(stage, journal, offer, change),
    trouble: trouble.chosen,
    stateOf: engine.stateOf,
    nextAt: timers.nextAt,
    settle: timers.settle,
  };
}
