import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { startLocalLambda } from "@sym/local-lambda/local-lambda";
import { emptyTable } from "@sym/local-lambda/table-time";
import { mapAddresses } from "./addresses.ts";
import { startRecorder } from "./recording-proxy.ts";
import { functionArn, payloadFor } from "./subjects.ts";
import type { TlsFront } from "./tls.ts";
import type { Variant } from "./variants.ts";
import { type BenchWorld, startWorld } from "./world.ts";

/** `stubbed`: recorded answers in the process. `tls`: the stand-ins over TLS on loopback. */
export type Network = "stubbed" | "tls";

/** The arguments of a variant's probe after the bundle, and its environment. */
export type ProbeStage = Record<Network, { args: string[]; environment: Record<string, string> }> & {
  /** Resets the stand-ins to their state before the first call. */
  reset(): Promise<void>;
  close(): Promise<void>;
};

/** Writes the event and the recorded answers of one variant into the folder, and starts its stand-ins. */
export async function prepare(variant: Variant, folder: string, tls: TlsFront): Promise<ProbeStage> {
  const { subject } = variant;
  const event = join(folder, `${variant.name.replaceAll(/\W+/g, "-")}.event.json`);
  const settings = { ...subject?.settings, ...subject?.coldStart };
  const payload = payloadFor({ settings }, "escalate");
  writeFileSync(event, JSON.stringify(payload));
  if (!subject) {
    const alone = { args: [event], environment: { NODE_EXTRA_CA_CERTS: tls.certificate } };
    return { stubbed: { args: [event], environment: {} }, tls: alone, reset: nothing, close: nothing };
  }
  const world = await startWorld(subject);
  const recorded = event.replace(".event.json", ".answers.json");
  writeFileSync(recorded, JSON.stringify(await record(variant.bundle, world, payload)));
  const reset = async () => {
    await emptyTable(world.dynamoDb);
    await world.seed();
  };
  await reset();
  return {
    stubbed: {
      args: [event, recorded],
      environment: { ...(await mapAddresses(world.environment, async () => "")), ...subject.stubbed },
    },
    tls: {
      args: [event],
      environment: {
        ...(await mapAddresses(world.environment, tls.inFrontOf)),
        NODE_EXTRA_CA_CERTS: tls.certificate,
      },
    },
    reset,
    close: world.close,
  };
}

/** Records the stand-ins' answers to the bundle. */
async function record(bundle: string, world: BenchWorld, payload: unknown) {
  const recorder = startRecorder(0);
  const environment = await mapAddresses(world.environment, recorder.inFrontOf);
  const lambda = startLocalLambda({ bundle, functionArn, environment });
  const { payload: answer, logs } = await lambda.invoke(payload);
  await lambda.close();
  await recorder.close();
  const { errors } = answer as { errors?: string[] };
  if (errors?.length !== 0) throw new Error(`${bundle} failed: ${errors ?? logs.join("\n")}`);
  return recorder.exchanges.map(({ name, answer: given }) => ({ name, ...given }));
}

async function nothing(): Promise<void> {}
