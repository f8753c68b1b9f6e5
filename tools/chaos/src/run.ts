import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { findBundle } from "@sym/local-lambda/handler-bundles";
import { startLeasesTable } from "@sym/local-lambda/leases-table";
import { type LocalLambda, startLocalLambda } from "@sym/local-lambda/local-lambda";
import { readAnswer } from "@sym/local-lambda/sym-answer";
import { passTime } from "@sym/local-lambda/table-time";
import { type Sandbox, startSandbox } from "@sym/stand-ins/sandbox";
import { paths, withField } from "@sym/test-payloads/payload-fields";
import { testPayload } from "@sym/test-payloads/payloads";
import type { ChaosTarget, Pair } from "./target.ts";

/** The counts of a chaos run, and the broken promises, a sentence each. */
export type ChaosReport = {
  events: number;
  outcomes: Record<string, number>;
  kills: number;
  faults: number;
  processes: number;
  pairs: number;
  violations: string[];
};

/** The number of runs at the same time. Each concurrent event has its own process. */
const workers = 6;

/**
 * Sends random events to a built handler for some seconds: duplicates, ends before beginnings, overlaps, and runs without
 * a deescalate. During the events, kills processes and breaks calls. Then compares each person's access with the access
 * from before. `skipped` is the reason why the sandbox cannot start.
 */
export async function runChaos(
  target: ChaosTarget,
  seconds: number,
): Promise<ChaosReport | { skipped: string }> {
  const sandbox = await startSandbox(target.sandbox).catch((error: Error) => error);
  if (sandbox instanceof Error) return { skipped: sandbox.message };
  const dynamoDb = await startLeasesTable();
  await target.begin(sandbox, target.pairs);
  const lambda = startLocalLambda({
    bundle: findBundle(target.handler),
    functionArn: testPayload("escalate.json").fields.target.settings.arn,
    timeoutMilliseconds: 6_000,
    environment: {
      ...sandbox.env,
      ...dynamoDb.env,
      LEASES_TABLE: dynamoDb.table,
      SWEEP_GRACE_SECONDS: "0",
      ...target.environment,
    },
  });
  const report: ChaosReport = {
    events: 0,
    outcomes: {},
    kills: 0,
    faults: 0,
    processes: 0,
    pairs: target.pairs.length,
    violations: [],
  };
  try {
    const stage: ChaosStage = { target, sandbox, lambda, report, pids: new Set(), runs: [] };
    await storm(stage, Date.now() + seconds * 1_000);
    // End the runs again, and let time pass for the sweep. Granted runs with a duration are left to the sweep.
    sandbox.faults.clear();
    const open = stage.runs.filter((run) => run.duration === undefined || !run.granted);
    await inParallel(open, (run) => send(stage, run, "deescalate"));
    await passTime(dynamoDb, 2 * 60 * 60 * 1_000);
    await sendPayload(stage, { event: { type: "sweep" } });
    for (const pair of target.pairs) report.violations.push(...(await differencesOf(stage, pair)));
    report.processes = stage.pids.size;
    return report;
  } finally {
    await lambda.close();
    await sandbox.close();
    await dynamoDb.close();
  }
}

type Run = { id: string; pair: Pair; duration: number | undefined; granted: boolean; ended: boolean };
type ChaosStage = {
  target: ChaosTarget;
  sandbox: Sandbox;
  lambda: LocalLambda;
  report: ChaosReport;
  pids: Set<number>;
  runs: Run[];
};

async function storm(stage: ChaosStage, until: number): Promise<void> {
  const live = async () => {
    while (Date.now() < until) await liveOneRun(stage);
  };
  await Promise.all([
    ...Array.from({ length: workers }, live),
    breakThings(stage, until),
    killProcesses(stage, until),
  ]);
}

/** Sends the events of one approved request: sometimes twice, in the wrong order, or without the end. */
async function liveOneRun(stage: ChaosStage): Promise<void> {
  const { target, sandbox, report } = stage;
  const run: Run = {
    id: randomUUID(),
    pair: anyOf(target.pairs),
    duration: maybe(0.2) ? 2 : undefined,
    granted: false,
    ended: false,
  };
  stage.runs.push(run);
  if (maybe(0.05)) await sendPayload(stage, { event: { type: "sweep" } });
  if (maybe(0.1)) await send(stage, run, "deescalate");
  const first = send(stage, run, "escalate");
  await Promise.all([
    first,
    ...(maybe(0.2) ? [send(stage, run, "escalate")] : []),
    ...(maybe(0.1) ? [send(stage, run, "deescalate")] : []),
  ]);
  await pause(Math.random() * 200);
  if (run.granted && !run.ended && run.duration === undefined && !(await target.holds(sandbox, run.pair)))
    report.violations.push(`Dishonest grant: ${nameOf(run.pair)} was answered as granted, and has no access`);
  if (run.duration !== undefined) return; // Sym never sends the deescalate.
  await Promise.all([
    send(stage, run, "deescalate"),
    ...(maybe(0.2) ? [send(stage, run, "deescalate")] : []),
  ]);
}

async function send(stage: ChaosStage, run: Run, type: "escalate" | "deescalate"): Promise<void> {
  if (type === "deescalate") run.ended = true;
  const outcome = await sendPayload(stage, payloadFor(stage.target, run, type));
  if (type === "escalate" && (outcome === "granted" || outcome === "already-had-access")) run.granted = true;
}

async function sendPayload(stage: ChaosStage, payload: unknown): Promise<string> {
  const { lambda, report, pids } = stage;
  const invocation = lambda.invoke(payload);
  for (const { pid } of lambda.environments()) pids.add(pid);
  const { payload: answer } = await invocation;
  const outcome = readAnswer(answer)?.body.outcome ?? "killed";
  report.events += 1;
  report.outcomes[outcome] = (report.outcomes[outcome] ?? 0) + 1;
  return outcome;
}

function payloadFor(
  target: ChaosTarget,
  { id, pair, duration }: Run,
  type: "escalate" | "deescalate",
): unknown {
  const payload = testPayload(`${type}.json`);
  payload.run.srn = payload.run.srn.replace(/[^:]*$/, id);
  payload.run.actors.request.username = pair.person;
  delete payload.fields.duration;
  if (type === "escalate" && duration !== undefined) payload.fields.duration = duration;
  return Object.entries(target.settings(pair)).reduce<unknown>(
    (changed, [name, value]) => withField(changed, paths.setting(name), value),
    payload,
  );
}

async function breakThings({ target, sandbox, report }: ChaosStage, until: number): Promise<void> {
  while (Date.now() < until) {
    sandbox.faults.inject({ action: anyOf(target.faults.actions), kind: anyOf(target.faults.kinds) });
    report.faults += 1;
    target.tidy?.(sandbox);
    await pause(50 + Math.random() * 150);
  }
}

async function killProcesses({ lambda, report }: ChaosStage, until: number): Promise<void> {
  while (Date.now() < until) {
    await pause(200 + Math.random() * 600);
    const busy = lambda.environments().filter((environment) => environment.busy);
    if (busy.length === 0) continue;
    lambda.kill(anyOf(busy).pid);
    report.kills += 1;
  }
}

async function differencesOf({ target, sandbox }: ChaosStage, pair: Pair): Promise<string[]> {
  const holds = await target.holds(sandbox, pair);
  if (holds && !pair.standing) return [`Leak: ${nameOf(pair)} still has access`];
  if (!holds && pair.standing) return [`Theft: ${nameOf(pair)} has lost standing access`];
  if (pair.standing && target.removals(sandbox, pair) > 0)
    return [`Theft: ${nameOf(pair)} lost standing access for a while`];
  return [];
}

async function inParallel<T>(items: T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const worker = async () => {
    for (let item = queue.pop(); item !== undefined; item = queue.pop()) await work(item);
  };
  await Promise.all(Array.from({ length: workers }, worker));
}

function nameOf({ person, thing }: Pair): string {
  return `${person} on ${thing}`;
}

function anyOf<T>(items: T[]): T {
  return items[Math.floor(Math.random() * items.length)] as T;
}

function maybe(probability: number): boolean {
  return Math.random() < probability;
}
