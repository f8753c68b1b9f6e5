import { findBundle } from "@sym/local-lambda/handler-bundles";
import { bundleDoor, type Door } from "../door.ts";
import { commandDoor } from "../outside/command-door.ts";
import { deployedDoor } from "../outside/deployed-door.ts";
import { programTarget } from "../outside/program-target.ts";
import { unpackBundle } from "../outside/zip-bundle.ts";
import { handlersWithSystem, loadSystem } from "../sandbox-systems.ts";
import { sandboxTarget, secretsOf } from "../sandbox-target.ts";
import { type Target, unknownTarget } from "../target.ts";
import type { ConformanceOptions } from "./options.ts";

/** A handler to test. `open` starts the door to the handler, and its target system. */
export type Candidate = { name: string; open(): Promise<Opened> };

type Opened = { door: Door; target: Target; close(): Promise<void> };

/** The handlers that a command line names; without a name, all handlers of this workspace. */
export async function candidatesFor(options: ConformanceOptions): Promise<Candidate[]> {
  const { command, zip, functionName, handlers } = options;
  const name = command ?? zip ?? functionName;
  if (name !== undefined) return [{ name, open: () => openOutside(options) }];
  const chosen = handlers.length > 0 ? handlers : handlersWithSystem();
  // A usage error must come before the first scene.
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

/** Opens the door first, so that a usage error of the door comes before the target program starts. */
async function openOutside(options: ConformanceOptions): Promise<Opened> {
  const { door, cleanUp } = await doorOf(options);
  try {
    return withDoor(door, await targetOf(options), cleanUp);
  } catch (error) {
    cleanUp();
    throw error;
  }
}

async function doorOf({ command, zip, functionName = "" }: ConformanceOptions) {
  const cleanUp = () => {};
  if (command !== undefined) return { door: commandDoor(command), cleanUp };
  if (zip === undefined) return { door: await deployedDoor(functionName), cleanUp };
  const { folder, remove } = unpackBundle(zip);
  return { door: bundleDoor(folder), cleanUp: remove };
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
