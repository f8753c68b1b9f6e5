import { type LeasesTable, startLeasesTable } from "@sym/local-lambda/leases-table";
import { emptyTable, passTime } from "@sym/local-lambda/table-time";
import type { Call } from "@sym/stand-ins/kernel/call";
import type { Faults } from "@sym/stand-ins/kernel/faults";
import { type Sandbox, type SandboxOptions, startSandbox } from "@sym/stand-ins/sandbox";
import type { SceneName } from "./scenes.ts";
import { type Step, type Target, unknownTarget } from "./target.ts";

/**
 * How the suite sets up and reads the target system of a handler of this workspace. People are identified by e-mail.
 */
export type SandboxSystem = {
  /** The folder in `handlers/`. */
  handler: string;
  /** The target's settings besides `arn`. */
  settings: Record<string, string>;
  /** Variables of the function, besides those that lead to the sandbox. */
  environment?: Record<string, string>;
  /** Further servers of the sandbox, such as a real Unleash server. */
  sandbox?: SandboxOptions;
  /** All people share one access, so no person's access can differ from the requester's. */
  isForEverybody?: boolean;
  /** Seeds the resource, and no people. */
  begin(sandbox: Sandbox): void | Promise<void>;
  addPerson(sandbox: Sandbox, email: string): void | Promise<void>;
  give(sandbox: Sandbox, email: string): void | Promise<void>;
  /** May throw for an unknown person. `settings` name the resource, also after `rename`. */
  has(sandbox: Sandbox, email: string, settings: Record<string, string>): boolean | Promise<boolean>;
  makeAmbiguous?(sandbox: Sandbox, email: string): void | Promise<void>;
  /** Renames the resource, and returns the settings with the new name. Absent if names cannot change. */
  rename?(sandbox: Sandbox): Record<string, string>;
  /** Absent if the system has no roles. */
  roles?: Roles;
  /** Absent if every grant takes effect at once. */
  pending?: Pending;
  unknownResource: Record<string, string>;
  /** The sandbox's names of the calls; a read can have several calls. */
  calls: { look: string[]; grant: string; restore: string };
  /** Scenes that do not apply to the system, with the reason. */
  notApplicable?: Partial<Record<SceneName, string>>;
  /** The handler's own stand-in, in addition to the sandbox's. */
  standIn?: StandIn;
};

/** The stronger of two roles: the settings that request the role, whether a person has it, and lowering by hand. */
type Roles = {
  stronger: Record<string, string>;
  hasStronger(sandbox: Sandbox, email: string): boolean;
  lower(sandbox: Sandbox, email: string): void;
};

/**
 * A grant that takes effect only after a further step: the settings that request such a grant, besides `settings`, and the
 * person, who is added as usual without `addPerson`.
 */
type Pending = {
  settings: Record<string, string>;
  addPerson?(sandbox: Sandbox, email: string): void | Promise<void>;
};

/** A stand-in outside of the sandbox. */
export type StandIn = {
  /** Starts the stand-in. Returns the variables that lead a function to the stand-in. */
  start(): Promise<Record<string, string>>;
  reset(): void;
  /** Faults, by the names in `calls`. */
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

/**
 * The names of calls that change neither a target system nor a record: AWS's and DynamoDB's, GitHub's, LaunchDarkly's and
 * Unleash's, and routes of other stand-ins.
 */
const reads =
  /^(Get|List|Describe|Is|Query|AssumeRole|GET |graphql$|get[A-Z]|validateFeature$|\w+\/(get|list)-|apps\/create-installation-access-token$)/;

/**
 * Starts a sandbox and a table of leases for one handler. If the sandbox cannot start, `unavailable` has the reason.
 */
export async function sandboxTarget(system: SandboxSystem): Promise<Target> {
  const dynamoDb = await startLeasesTable();
  const sandbox = await startSandbox({ ...system.sandbox, dynamoDb }).catch((error: Error) => error);
  if (sandbox instanceof Error) return unavailable(system, sandbox, dynamoDb);
  const own = await system.standIn?.start();
  // The table is behind the sandbox, which records every call.
  const environment: Record<string, string> = {
    ...sandbox.env,
    LEASES_TABLE: dynamoDb.table,
    ...own,
    ...system.environment,
  };
  const { makeAmbiguous, rename, roles, pending, standIn } = system;
  let { settings } = system;
  const actionsOf = (step: Step) => [system.calls[step]].flat();
  const calls = () => [...sandbox.calls, ...(standIn?.calls() ?? [])];
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
    ...(pending && {
      pending: {
        settings: pending.settings,
        addPerson: async (email: string) => (pending.addPerson ?? system.addPerson)(sandbox, email),
      },
    }),
    calls: async () =>
      calls().flatMap(({ action, status }) =>
        steps
          .filter((step) => actionsOf(step).includes(action))
          .map((step) => ({ step, answered: status !== 0 })),
      ),
    writes: async () =>
      calls()
        .map(({ action }) => action)
        .filter((action) => !reads.test(action))
        .join(" "),
    passTime: (seconds) => passTime(dynamoDb, seconds * 1_000),
    close: async () => {
      await Promise.all([sandbox.close(), dynamoDb.close(), standIn?.close()]);
    },
  };
}

async function unavailable(
  system: SandboxSystem,
  { message }: Error,
  dynamoDb: LeasesTable,
): Promise<Target> {
  await dynamoDb.close();
  return { ...unknownTarget(system.settings), unavailable: message };
}

/** The reasons why scenes do not apply: declared by the system, or because `rename` or `roles` is absent. */
export function notApplicableOf({ rename, roles, notApplicable }: SandboxSystem): Record<string, string> {
  const noRoles = "sandbox/conformance.ts has no roles";
  return {
    ...(!rename && { renamed: "sandbox/conformance.ts has no rename" }),
    ...(!roles && { "own hand": noRoles, "two roles": noRoles }),
    ...notApplicable,
  };
}

/** The values of variables with the name of a secret. */
export function secretsOf(environment: Record<string, string>): string[] {
  return Object.entries(environment).flatMap(([name, value]) =>
    /TOKEN|PASSWORD|SECRET_ACCESS_KEY|API_KEY/.test(name) && value !== "" ? [value] : [],
  );
}

/** False if the stand-in throws, as for unknown people, who have no access. */
async function falseIfUnknown(look: () => boolean | Promise<boolean>): Promise<boolean> {
  try {
    return await look();
  } catch {
    return false;
  }
}
