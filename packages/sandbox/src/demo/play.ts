import { findBundle } from "../handler-bundles.ts";
import { type LocalLambda, startLocalLambda } from "../local-lambda.ts";
import { type Sandbox, startSandbox } from "../sandbox.ts";
import { describeFunctionError, readAnswer } from "../sym-answer.ts";
import { differences, type Seen, type SeenAnswer } from "./check.ts";
import type { Scene, Story } from "./story.ts";
import { tellScene, tellStory } from "./tell.ts";

/** What became of a promise. */
export type Row = { promise: string; seen: Seen; differences: string[] };

type Stage = { story: Story; sandbox: Sandbox; lambdaFor(timeoutMilliseconds?: number): LocalLambda };

/** Plays a story against a sandbox of its own, tells it on the way, and returns a row for each promise. */
export async function playStory(story: Story, handlersFolder?: string): Promise<Row[]> {
  const bundle = findBundle(story.handler, handlersFolder);
  const sandbox = await startSandbox();
  const lambdas = new Map<number, LocalLambda>();
  const lambdaFor = (timeoutMilliseconds = 30_000) => {
    const environment = { ...sandbox.env, ...story.environment };
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
      const seen = await playScene({ story, sandbox, lambdaFor }, scene);
      const different = scene.expect ? differences(seen, scene.expect) : [];
      tellScene(scene, { number: index + 1, seen, differences: different, start });
      if (scene.promise) rows.push({ promise: scene.promise, seen, differences: different });
    }
    return rows;
  } finally {
    await Promise.all([...lambdas.values()].map((lambda) => lambda.close()));
    await sandbox.close();
  }
}

async function playScene({ story, sandbox, lambdaFor }: Stage, scene: Scene): Promise<Seen> {
  if (!scene.continues) {
    sandbox.reset();
    story.begin(sandbox);
  }
  scene.arrange?.(sandbox);
  for (const fault of scene.faults ?? []) sandbox.faults.inject(fault);
  sandbox.calls.length = 0;
  const before = story.describe(sandbox);
  const answers: SeenAnswer[] = [];
  for (const payload of scene.payloads ?? []) {
    const invocation = await lambdaFor(scene.timeoutMilliseconds).invoke(payload);
    answers.push(seenAnswer(invocation.payload, invocation.functionError));
  }
  return { before, answers, after: story.describe(sandbox), calls: [...sandbox.calls] };
}

function seenAnswer(payload: unknown, functionError: string | undefined): SeenAnswer {
  const read = functionError === undefined ? readAnswer(payload) : undefined;
  if (read) return { outcome: read.body.outcome, message: read.body.message, errors: read.errors };
  const broken =
    functionError === undefined ? "an answer that Sym cannot read" : describeFunctionError(payload);
  return { outcome: "no answer", message: broken, errors: [] };
}
