/** What is wrong, the variables of `infra/sym` that are, and a part of the sentence that Terraform refuses them with. */
export type Refusal = [name: string, variables: Record<string, unknown>, sentence: string];

/** What people can ask for of one handler in `infra/sym`. */
export type SymTargets = {
  /** Its variables, with every kind of target that it has. */
  variables: Record<string, unknown>;
  /** The settings of each target of the flow for everything, by the target's name after the environment's, without the ARN. */
  targets: Record<string, Record<string, string>>;
  /** Flows of its own, each with one target, by the name of flow and target after the environment's: the field that it binds. */
  ownFlows?: Record<string, { name: string; type: string; allowed_values: string[] }>;
  refusals: Refusal[];
};
