/** The three kinds of call that a handler makes to its target system. */
export type Step = "look" | "grant" | "restore";

/** What can go wrong with a call; `answer-lost` and `answer-withheld` after the change was made, all others before it. */
export type StepFaultKind =
  | "throttle"
  | "internal-error"
  | "access-denied"
  | "timeout"
  | "answer-lost"
  | "answer-withheld";

/** Meets the next `times` calls of a step, or all of them until the faults are cleared, if `times` is left out. */
export type StepFault = { step: Step; kind: StepFaultKind; times?: number };

/** A stronger of two roles, in which access comes. `hasStronger` and `lower` take the e-mail of a person. */
type Roles = {
  /** Settings that ask for the stronger role; the target's own ask for the weaker. */
  stronger: Record<string, string>;
  hasStronger(email: string): Promise<boolean>;
  /** Lowers the stronger role to the weaker, as the person can by hand. */
  lower(email: string): Promise<void>;
};

/**
 * One call that the target system got, seen once its change is made: a handler is killed as soon as it is seen. `answered`
 * is false if the connection was broken or left open.
 */
type SeenCall = { step: Step; answered: boolean };

/**
 * A handler's target system, as the suite sets it up, breaks it and looks at it. A capability that is left out makes
 * the scenes that need it "not covered". People go by the e-mail that Sym knows them by.
 */
export type Target = {
  /** Variables that the handler needs to find the system. */
  environment: Record<string, string>;
  /** Settings of the `sym_target`, besides `arn`. */
  settings: Record<string, string>;
  /** Texts that may be in no answer and in no log, such as tokens. */
  secrets: string[];
  /** Texts of the system's own answers to a failed call, which may be in no answer of the handler. */
  foreignTexts: string[];
  /** Why a scene does not apply to this system, by the name of the scene. */
  notApplicable: Record<string, string>;
  /** Why the system could not be started, if so: then no scene is played. */
  unavailable?: string;
  /** The access is one for everybody, so nobody's can differ from the requester's. */
  isForEverybody?: boolean;
  /** Back to the beginning: the thing is there, no people, no access, no memory of requests, no faults. */
  begin?(): Promise<void>;
  addPerson?(email: string): Promise<void>;
  /** Gives access by hand, as an administrator would. */
  give?(email: string): Promise<void>;
  has?(email: string): Promise<boolean>;
  /** Makes it impossible to say who in the system the e-mail means. */
  makeAmbiguous?(email: string): Promise<void>;
  /** Settings that name a thing that is not there. */
  unknownResource?: Record<string, string>;
  /** Gives the thing another name, until it begins again. Returns the settings that name it from then on. */
  rename?(): Promise<Record<string, string>>;
  roles?: Roles;
  /** What goes wrong with the next calls. */
  faults?: { inject(fault: StepFault): Promise<void>; clear(): Promise<void> };
  /** Every call since the beginning. */
  calls?(): Promise<SeenCall[]>;
  /** Makes everything that the handler remembers so many seconds older. */
  passTime?(seconds: number): Promise<void>;
  close(): Promise<void>;
};

/** A target system of which nothing is known. */
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
