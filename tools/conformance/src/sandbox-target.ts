import { startLeasesTable } from "@sym/local-lambda/leases-table";
import { emptyTable, passTime } from "@sym/local-lambda/table-time";
import type { Call } from "@sym/stand-ins/kernel/call";
import type { Faults } from "@sym/stand-ins/kernel/faults";
import { type Sandbox, type SandboxOptions, startSandbox } from "@sym/stand-ins/sandbox";
import type { SceneName } from "./scenes.ts";
import { type Step, type Target, unknownTarget } from "./target.ts";

/** A handler of this workspace: how to set up and read its target system in the sandbox. People go by e-mail. */
export type SandboxSystem = {
  /** The folder in `handlers/`. */
  handler: string;
  /** The target's settings besides `arn`. */
  settings: Record<string, string>;
  /** Of the function, besides what it needs to find the sandbox. */
  environment?: Record<string, string>;
  /** What the sandbox has to start besides, such as a real server. */
  sandbox?: SandboxOptions;
  /** The access is one for everybody, so nobody's can differ from the requester's. */
  isForEverybody?: boolean;
  /** The system with the thing, and without people. */
  begin(sandbox: Sandbox): void | Promise<void>;
  addPerson(sandbox: Sandbox, email: string): void | Promise<void>;
  give(sandbox: Sandbox, email: string): void | Promise<void>;
  /** May throw for a person whom the system does not know. */
  has(sandbox: Sandbox, email: string): boolean | Promise<boolean>;
  makeAmbiguous?(sandbox: Sandbox, email: string): void | Promise<void>;
  unknownResource: Record<string, string>;
  /** The names that the sandbox has for the calls; those of a look can be several. */
  calls: { look: string[]; grant: string; restore: string };
  /** Scenes that the system cannot show, with the reason. */
  notApplicable?: Partial<Record<SceneName, string>>;
  /** A stand-in of the handler's own, beside those of the sandbox. */
  standIn?: StandIn;
};

/** What a stand-in that is no part of the sandbox has to offer. */
export type StandIn = {
  /** Returns the variables by which a function finds it. */
  start(): Promise<Record<string, string>>;
  reset(): void;
  /** By the names that `calls` has. */
  faults: Faults;
  calls(): Pick<Call, "action" | "status">[];
  close(): Promise<void>;
};

/** Texts of the stand-ins' own errors. */
const foreignTexts = [
  "Rate exceeded",
  "The request processing has failed because of an internal error",
  "is not authorized to perform",
  "Resource not accessible by integration",
  "Access to the requested resource was denied",
  "Internal service error",
  "exceeded the API rate limit",
  "exceeded a secondary rate limit",
  "The stand-in refuses",
];

const steps: Step[] = ["look", "grant", "restore"];

/** Starts a sandbox and a table of leases for one handler. If the sandbox cannot start, the target says why. */
export async function sandboxTarget(system: SandboxSystem): Promise<Target> {
  const sandbox = await startSandbox(system.sandbox).catch((error: Error) => error);
  if (sandbox instanceof Error) return { ...unknownTarget(system.settings), unavailable: sandbox.message };
  const dynamoDb = await startLeasesTable();
  const own = await system.standIn?.start();
  const environment: Record<string, string> = {
    ...sandbox.env,
    ...dynamoDb.env,
    LEASES_TABLE: dynamoDb.table,
    ...own,
    ...system.environment,
  };
  const { makeAmbiguous, standIn } = system;
  const actionsOf = (step: Step) => [system.calls[step]].flat();
  return {
    environment,
    settings: system.settings,
    secrets: secretsOf(environment),
    foreignTexts,
    notApplicable: system.notApplicable ?? {},
    unknownResource: system.unknownResource,
    isForEverybody: system.isForEverybody ?? false,
    begin: async () => {
      sandbox.reset();
      standIn?.reset();
      await emptyTable(dynamoDb);
      await system.begin(sandbox);
    },
    addPerson: async (email) => system.addPerson(sandbox, email),
    give: async (email) => system.give(sandbox, email),
    has: async (email) => hasOrIsNobody(system, sandbox, email),
    ...(makeAmbiguous && { makeAmbiguous: async (email: string) => makeAmbiguous(sandbox, email) }),
    faults: {
      inject: async ({ step, kind, times = Number.POSITIVE_INFINITY }) => {
        for (const action of actionsOf(step)) {
          sandbox.faults.inject({ action, kind, times });
          standIn?.faults.inject({ action, kind, times });
        }
      },
      clear: async () => {
        sandbox.faults.clear();
        standIn?.faults.clear();
      },
    },
    calls: async () =>
      [...sandbox.calls, ...(standIn?.calls() ?? [])].flatMap(({ action, status }) =>
        steps
          .filter((step) => actionsOf(step).includes(action))
          .map((step) => ({ step, answered: status !== 0 })),
      ),
    passTime: (seconds) => passTime(dynamoDb, seconds * 1_000),
    close: async () => {
      await Promise.all([sandbox.close(), dynamoDb.close(), standIn?.close()]);
    },
  };
}

/** The values of variables whose names say that they are secret. */
export function secretsOf(environment: Record<string, string>): string[] {
  return Object.entries(environment).flatMap(([name, value]) =>
    /TOKEN|PASSWORD|SECRET_ACCESS_KEY|API_KEY/.test(name) && value !== "" ? [value] : [],
  );
}

/** Stand-ins throw for people whom they do not know, who have no access either. */
async function hasOrIsNobody(system: SandboxSystem, sandbox: Sandbox, email: string): Promise<boolean> {
  try {
    return await system.has(sandbox, email);
  } catch {
    return false;
  }
}
