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
  /** May throw for a person whom the system does not know. `settings` name the thing, also after `rename`. */
  has(sandbox: Sandbox, email: string, settings: Record<string, string>): boolean | Promise<boolean>;
  makeAmbiguous?(sandbox: Sandbox, email: string): void | Promise<void>;
  /** Gives the thing another name. Returns the settings that name it now. Left out where names stay. */
  rename?(sandbox: Sandbox): Record<string, string>;
  /** Left out where access does not come in roles. */
  roles?: Roles;
  unknownResource: Record<string, string>;
  /** The names that the sandbox has for the calls; those of a look can be several. */
  calls: { look: string[]; grant: string; restore: string };
  /** Scenes that the system cannot show, with the reason. */
  notApplicable?: Partial<Record<SceneName, string>>;
  /** A stand-in of the handler's own, beside those of the sandbox. */
  standIn?: StandIn;
};

/** The stronger of two roles: the settings that ask for it, who has it, and who lowers it to the weaker by hand. */
type Roles = {
  stronger: Record<string, string>;
  hasStronger(sandbox: Sandbox, email: string): boolean;
  lower(sandbox: Sandbox, email: string): void;
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
  const { makeAmbiguous, rename, roles, standIn } = system;
  let { settings } = system;
  const actionsOf = (step: Step) => [system.calls[step]].flat();
  return {
    environment,
    settings: system.settings,
    secrets: secretsOf(environment),
    foreignTexts,
    notApplicable: notApplicableOf(system),
    unknownResource: system.unknownResource,
    isForEverybody: system.isForEverybody ?? false,
    begin: async () => {
      settings = system.settings;
      sandbox.reset();
      standIn?.reset();
      await emptyTable(dynamoDb);
      await system.begin(sandbox);
    },
    addPerson: async (email) => system.addPerson(sandbox, email),
    give: async (email) => system.give(sandbox, email),
    has: async (email) => falseIfUnknown(() => system.has(sandbox, email, settings)),
    ...(makeAmbiguous && { makeAmbiguous: async (email: string) => makeAmbiguous(sandbox, email) }),
    ...(rename && {
      rename: async () => {
        settings = { ...settings, ...rename(sandbox) };
        return settings;
      },
    }),
    ...(roles && {
      roles: {
        stronger: roles.stronger,
        hasStronger: async (email: string) => falseIfUnknown(() => roles.hasStronger(sandbox, email)),
        lower: async (email: string) => roles.lower(sandbox, email),
      },
    }),
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

/** Why scenes do not apply: what the system says, or that it does not say what they need. */
export function notApplicableOf({ rename, roles, notApplicable }: SandboxSystem): Record<string, string> {
  const noRoles = "sandbox/conformance.ts has no roles";
  return {
    ...(!rename && { renamed: "sandbox/conformance.ts has no rename" }),
    ...(!roles && { "own hand": noRoles, "two roles": noRoles }),
    ...notApplicable,
  };
}

/** The values of variables whose names say that they are secret. */
export function secretsOf(environment: Record<string, string>): string[] {
  return Object.entries(environment).flatMap(([name, value]) =>
    /TOKEN|PASSWORD|SECRET_ACCESS_KEY|API_KEY/.test(name) && value !== "" ? [value] : [],
  );
}

/** Stand-ins throw for people whom they do not know, who have no access either. */
async function falseIfUnknown(look: () => boolean | Promise<boolean>): Promise<boolean> {
  try {
    return await look();
  } catch {
    return false;
  }
}
