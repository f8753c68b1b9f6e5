/** The three kinds of call that a handler makes to its target system. */
export type Step = "look" | "grant" | "restore";

/** Faults of a call: `answer-lost` and `answer-withheld` happen after the change, all others before. */
export type StepFaultKind =
  | "throttle"
  | "internal-error"
  | "access-denied"
  | "timeout"
  | "answer-lost"
  | "answer-withheld";

/** A fault of the next `times` calls of a step; without `times`, of all calls until the faults are cleared. */
export type StepFault = { step: Step; kind: StepFaultKind; times?: number };

/** The stronger of two roles. `hasStronger` and `lower` take a person's e-mail. */
type Roles = {
  /** Settings that request the stronger role; the target's own settings request the weaker. */
  stronger: Record<string, string>;
  hasStronger(email: string): Promise<boolean>;
  /** Lowers the stronger role to the weaker, as the person can by hand. */
  lower(email: string): Promise<void>;
};

/** `addPerson` takes an e-mail. `settings`: besides the target's own. */
type Pending = { settings: Record<string, string>; addPerson(email: string): Promise<void> };

/**
 * A call to the target system, listed once its change is made, because a scene then kills the handler. `answered` is
 * false if the connection was broken or left open.
 */
type SeenCall = { step: Step; answered: boolean };

/**
 * A handler's target system, which the suite sets up, breaks and reads. Scenes that need an absent capability are "not
 * covered". People are identified by their e-mail in Sym.
 */
export type Target = {
  /** Variables that lead the handler to the system. */
  environment: Record<string, string>;
  /** Settings of the `sym_target`, besides `arn`. */
  settings: Record<string, string>;
  /** Texts that no answer and no log may contain, such as tokens. */
  secrets: string[];
  /** Texts of the system's own errors, which no answer of the handler may contain. */
  foreignTexts: string[];
  /** The reasons why scenes do not apply to this system, by scene. */
  notApplicable: Record<string, string>;
  /** The reason why the system did not start. If set, no scene is played. */
  unavailable?: string;
  /** All people share one access, so no person's access can differ from the requester's. */
  isForEverybody?: boolean;
  /** Resets the system: the resource exists; no people, no access, no records of requests, no faults. */
  begin?(): Promise<void>;
  addPerson?(email: string): Promise<void>;
  /** Gives access by hand, as an administrator would. */
  give?(email: string): Promise<void>;
  has?(email: string): Promise<boolean>;
  /** Makes the e-mail match several people of the system. */
  makeAmbiguous?(email: string): Promise<void>;
  /** Settings that name a missing resource. */
  unknownResource?: Record<string, string>;
  /** Renames the resource until the next reset. Returns the settings with the new name. */
  rename?(): Promise<Record<string, string>>;
  roles?: Roles;
  /** The faults of the next calls. */
  faults?: { inject(fault: StepFault): Promise<void>; clear(): Promise<void> };
  /** Every call since `begin`. */
  calls?(): Promise<SeenCall[]>;
  /** A text that each write of the handler changes, to the target system or to the handler's own records. */
  writes?(): Promise<string>;
  /** A person and settings with which a grant takes effect only after a further step. Absent if there are none. */
  pending?: Pending;
  /** Makes all records of the handler older by these seconds. */
  passTime?(seconds: number): Promise<void>;
  close(): Promise<void>;
};

/** A target system without any capability. */
export function unknownTarget(settings: Record<string, string>): Target {
  return {
    environment: {},
    settings,
    secrets: [],
    foreignTexts: [],
    notApplicable: {},
    close: async () => undefined,
  };
}
