/** The type of an attribute, in the notation of Terraform's plugin protocol. */
type Type = "string" | "bool" | ["map" | "list", "string"];

type Attribute = { type: Type; required?: boolean; default?: boolean };

/** Attributes and nested blocks by name. A nested block may occur any number of times, or up to `max`. */
export type Block = {
  attributes: Record<string, Attribute>;
  blocks?: Record<string, Block & { max?: number }>;
};

/** A resource, and its collection in Sym's API. */
export type ResourceSchema = Block & { version: number; collection: string };

const text: Attribute = { type: "string" };
const requiredText: Attribute = { type: "string", required: true };
const texts: Attribute = { type: ["list", "string"] };
const map: Attribute = { type: ["map", "string"] };
const flag = (standard: boolean): Attribute => ({ type: "bool", default: standard });

/**
 * The part of the schema of `symopsio/sym` 3.6.0 that `infra/sym` uses. Sources: the bindings generated from the schema
 * of 3.6.0 (attributes, types, required or optional), and the pages of version 3 in the registry (defaults).
 */
export const version = "3.6.0";

export const provider: Block = { attributes: { org: requiredText, jwt_env_var: text } };

const promptField: Block = {
  attributes: {
    name: requiredText,
    type: requiredText,
    required: flag(true),
    label: text,
    default: text,
    visible: flag(true),
    allowed_values: texts,
    prefetch: flag(false),
    on_change: text,
  },
};

const params: Block & { max: number } = {
  max: 1,
  attributes: {
    strategy_id: text,
    allow_revoke: flag(true),
    schedule_deescalation: flag(true),
    allowed_sources: texts,
    include_decision_message: flag(false),
    additional_header_text: text,
    allow_guest_interaction: flag(false),
  },
  blocks: { prompt_field: promptField },
};

export const resources: Record<string, ResourceSchema> = {
  sym_integration: {
    version: 0,
    collection: "integrations",
    attributes: {
      type: requiredText,
      name: requiredText,
      external_id: requiredText,
      label: text,
      settings: map,
    },
  },
  sym_runtime: {
    version: 0,
    collection: "runtimes",
    attributes: { name: requiredText, label: text, context_id: text },
  },
  sym_error_logger: {
    version: 0,
    collection: "error-loggers",
    attributes: { integration_id: requiredText, destination: requiredText },
  },
  sym_environment: {
    version: 0,
    collection: "environments",
    attributes: {
      name: requiredText,
      label: text,
      runtime_id: text,
      error_logger_id: text,
      integrations: map,
      log_destination_ids: texts,
    },
  },
  sym_target: {
    version: 0,
    collection: "access-targets",
    attributes: { type: requiredText, name: requiredText, label: text, settings: map, field_bindings: texts },
  },
  sym_strategy: {
    version: 0,
    collection: "access-strategies",
    attributes: {
      type: requiredText,
      name: requiredText,
      targets: { type: ["list", "string"], required: true },
      integration_id: text,
      label: text,
      settings: map,
      implementation: text,
    },
  },
  sym_flow: {
    version: 1,
    collection: "flows",
    attributes: {
      name: requiredText,
      label: text,
      implementation: requiredText,
      environment_id: requiredText,
      vars: map,
    },
    blocks: { params },
  },
};

/** The prompt field types that the provider accepts. */
export const promptFieldTypes = [
  "string",
  "str_list",
  "int",
  "int_list",
  "bool",
  "duration",
  "slack_user",
  "slack_user_list",
];
