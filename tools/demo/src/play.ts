import { findBundle } from "@sym/local-lambda/handler-bundles";
import { type LeasesTable, startLeasesTable } from "@sym/local-lambda/leases-table";
import { type LocalLambda, startLocalLambda } from "@sym/local-lambda/local-lambda";
import { describeFunctionError, readAnswer } from "@sym/local-lambda/sym-answer";
import { emptyTable, passTime } from "@sym/local-lambda/table-time";
import { type Sandbox, startSandbox } from "@sym/stand-ins/sandbox";
import { differences, type PlayedScene, type SeenAnswer } from "./check.ts";
import type { Scene, Story } from "./story.ts";
import { tellScene, tellSkipped, tellStory } from "./tell.ts";

/** The result of one promise. */
export type Row = { promise: string; seen: PlayedScene; differences: string[] };

type StoryStage = {
  story: Story;
  sandbox: Sandbox;
  dynamoDb: LeasesTable;
  lambdaFor(timeoutMilliseconds?: number): LocalLambda;
};

/**
 * Plays a story against its own sandbox, prints each scene, and returns a row for each promise. Skips a story whose
 * sandbox cannot start, and prints the reason.
 */
export async function playStory(story: Story, handlersFolder?: string): Promise<Row[]> {
  const bundle = findBundle(story.handler, handlersFolder);
  const sandbox = await startSandbox(story.sandbox).catch((error: Error) => error);
  if (sandbox instanceof Error) {
    tellSkipped(story, sandbox.message);
    return [];
  }
  const dynamoDb = await startLeasesTable();
  const lambdas = new Map<number, LocalLambda>();
  const lambdaFor = (timeoutMilliseconds = 30_000) => {
    const leases = { ...dynamoDb.env, LEASES_TABLE: dynamoDb.table };
    const environment = { ...sandbox.env, ...leases, ...story.environment };
    const { functionArn } = story;
    const lambda =
      lambdas.get(timeoutMilliseconds) ??
      startLocalLambda({ bundle, functionArn, environment, timeoutMilliseconds });
    lambdas.set(timeoutMilliseconds, lambda);
    return lambda;
  };
  const start = Date.now();
  tellStory(story);
  try {
    const rows: Row[] = [];
    for (const [index, scene] of story.scenes.entries()) {
      const seen = await playScene({ story, sandbox, dynamoDb, lambdaFor }, scene);
      const different = scene.expect ? differences(seen, scene.expect) : [];
      tellScene(scene, { number: index + 1, seen, differences: different, start });
      if (scene.promise) rows.push({ promise: scene.promise, seen, differences: different });
    }
    return rows;
  } finally {
    await Promise.all([...lambdas.values()].map((lambda) => lambda.close()));
    await sandbox.close();
    await dynamoDb.close();
  }
}

async function playScene(
  { story, sandbox, dynamoDb, lambdaFor }: StoryStage,
  scene: Scene,
): Promise<PlayedScene> {
  if (!scene.continues) {
    sandbox.reset();
    await emptyTable(dynamoDb);
    await story.begin(sandbox);
  }
  if (scene.passes) await passTime(dynamoDb, scene.passes * 60_000);
  await scene.arrange?.(sandbox);
  for (const fault of scene.faults ?? []) sandbox.faults.inject(fault);
  sandbox.calls.length = 0;
  const before = await story.describe(sandbox);
  const answers = await send(lambdaFor(scene.timeoutMilliseconds), sandbox, scene);
  return { before, answers, after: await story.describe(sandbox), calls: [...sandbox.calls] };
}

async function send(lambda: LocalLambda, sandbox: Sandbox, scene: Scene): Promise<SeenAnswer[]> {
  const { payloads = [], together, killedAt } = scene;
  const answers: SeenAnswer[] = [];
  const one = async (payload: unknown) => {
    const answer = lambda.invoke(payload);
    if (killedAt) await killDuring(lambda, sandbox, killedAt, answer);
    const invocation = await answer;
    return seenAnswer(invocation.payload, invocation.functionError);
  };
  if (together) return await Promise.all(payloads.map(one));
  for (const payload of payloads) answers.push(await one(payload));
  return answers;
}

/** Kills the function's processes as soon as the target system has received, and not answered, a call of this name. */
async function killDuring(lambda: LocalLambda, sandbox: Sandbox, action: string, answer: Promise<unknown>) {
  let answered = false;
  const note = () => {
    answered = true;
  };
  answer.then(note, note);
  while (!answered && !sandbox.calls.some((call) => call.action === action && call.status === 0))
    await new Promise((resolve) => setTimeout(resolve, 5));
  for (const { pid, busy } of lambda.environments()) if (busy) lambda.kill(pid);
}

function seenAnswer(payload: unknown, functionError: string | undefined): SeenAnswer {
  const read = functionError === undefined ? readAnswer(payload) : undefined;
  if (read) return { outcome: read.body.outcome, message: read.body.message, errors: read.errors };
  const broken =
    functionError === undefined ? "an answer that Sym cannot read" : describeFunctionError(payload);
  return { outcome: "no answer", message: broken, errors: [] };
}
