import { findBundle } from "@sym/sandbox/handler-bundles";
import { bundleDoor, type Door } from "../door.ts";
import { commandDoor } from "../outside/command-door.ts";
import { deployedDoor } from "../outside/deployed-door.ts";
import { programTarget } from "../outside/program-target.ts";
import { unpackBundle } from "../outside/zip-bundle.ts";
import { handlersWithSystem, loadSystem } from "../sandbox-systems.ts";
import { sandboxTarget, secretsOf } from "../sandbox-target.ts";
import { type Target, unknownTarget } from "../target.ts";
import type { ConformanceOptions } from "./options.ts";

/** One handler to be held to the promises, and the system that it works on. */
export type Candidate = { name: string; open(): Promise<Opened> };

type Opened = { door: Door; target: Target; close(): Promise<void> };

/** Everybody whom a command line asks for. */
export async function candidatesFor(options: ConformanceOptions): Promise<Candidate[]> {
  const { command, zip, functionName, handlers } = options;
  const name = command ?? zip ?? functionName;
  if (name !== undefined) return [{ name, open: () => openOutside(options) }];
  const chosen = handlers.length > 0 ? handlers : handlersWithSystem();
  // All mistakes come out before the first scene.
  return Promise.all(
    chosen.map(async (handler) => {
      const system = await loadSystem(handler);
      const bundle = findBundle(handler);
      return {
        name: handler,
        open: async () => withDoor(bundleDoor(bundle), await sandboxTarget(system)),
      };
    }),
  );
}

async function openOutside(options: ConformanceOptions): Promise<Opened> {
  const target = await targetOf(options);
  if (options.zip !== undefined) {
    const { folder, remove } = unpackBundle(options.zip);
    return withDoor(bundleDoor(folder), target, remove);
  }
  const { command, functionName = "" } = options;
  return withDoor(command === undefined ? await deployedDoor(functionName) : commandDoor(command), target);
}

async function targetOf({ handlers, target, settings, environment }: ConformanceOptions): Promise<Target> {
  const [handler] = handlers;
  if (handler !== undefined) return sandboxTarget(await loadSystem(handler));
  const told = target === undefined ? unknownTarget(settings) : await programTarget(target);
  return {
    ...told,
    settings: { ...told.settings, ...settings },
    environment: { ...told.environment, ...environment },
    secrets: [...told.secrets, ...secretsOf(environment)],
  };
}

function withDoor(door: Door, target: Target, cleanUp = () => {}): Opened {
  return {
    door,
    target,
    close: async () => {
      await target.close();
      cleanUp();
    },
  };
}
