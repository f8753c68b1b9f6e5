/** The name of an error, the wrong variables of `infra/sym`, and a part of Terraform's message. */
export type Refusal = [name: string, variables: Record<string, unknown>, sentence: string];

/** The targets of one handler in `infra/sym`. */
export type SymTargets = {
  /** The handler's variables, with every kind of target. */
  variables: Record<string, unknown>;
  /**
   * The settings, without the ARN, of each target of the common flow, by the target's name without the environment's
   * prefix.
   */
  targets: Record<string, Record<string, string>>;
  /**
   * The bound field of each separate flow with one target, by the name of flow and target without the environment's
   * prefix.
   */
  ownFlows?: Record<string, { name: string; type: string; allowed_values: string[] }>;
  refusals: Refusal[];
};
