/** An entity as stored by Sym: the fields from the Terraform provider, and `kind`. */
export type SymEntity = Record<string, unknown> & { id: string; kind: SymKind };

export type SymKind = (typeof symKinds)[number];

/**
 * The collections below `/entities`, by the names in `symopsio/sym`. The name `access-strategies` is inferred from
 * `access-targets`.
 */
export const symKinds = [
  "integrations",
  "runtimes",
  "error-loggers",
  "environments",
  "access-targets",
  "access-strategies",
  "flows",
] as const;

const required: Record<SymKind, string[]> = {
  integrations: ["type", "slug", "external_id"],
  runtimes: ["slug"],
  "error-loggers": ["integration_id", "destination"],
  environments: ["slug"],
  "access-targets": ["type", "slug"],
  "access-strategies": ["type", "slug", "integration_id", "targets"],
  flows: ["slug", "implementation", "environment_id", "params"],
};

/** A reference to another entity: the field, and the other entity's kind and id. */
export type Reference = { field: string; kind: SymKind; id: string };

/** The entities named by this entity: all must exist before this entity, and be deleted after it. */
export function references(entity: SymEntity): Reference[] {
  const one = (field: string, kind: SymKind, id = entity[field]): Reference[] =>
    typeof id === "string" && id !== "" ? [{ field, kind, id }] : [];
  switch (entity.kind) {
    case "runtimes":
      return one("context_id", "integrations");
    case "error-loggers":
      return one("integration_id", "integrations");
    case "environments":
      return [
        ...one("runtime_id", "runtimes"),
        ...one("error_logger_id", "error-loggers"),
        ...Object.values(object(entity["integrations"])).flatMap((id) =>
          one("integrations", "integrations", id),
        ),
      ];
    case "access-strategies":
      return [
        ...one("integration_id", "integrations"),
        ...list(entity["targets"]).flatMap((id) => one("targets", "access-targets", id)),
      ];
    case "flows":
      return [
        ...one("environment_id", "environments"),
        ...one("params.strategy_id", "access-strategies", object(entity["params"])["strategy_id"]),
      ];
    default:
      return [];
  }
}

/** The errors of an entity by itself, as fields with a reason. */
export function mistakes(entity: SymEntity): [field: string, message: string][] {
  const missing = required[entity.kind].filter(
    (field) => entity[field] === undefined || entity[field] === "",
  );
  if (missing.length > 0) return missing.map((field) => [field, "this field is required"]);
  switch (entity.kind) {
    case "access-targets":
      return targetMistakes(entity);
    case "access-strategies":
      return list(entity["targets"]).length > 0 ? [] : [["targets", "a strategy needs a target"]];
    case "flows":
      return flowMistakes(entity);
    default:
      return [];
  }
}

function targetMistakes(entity: SymEntity): [string, string][] {
  const settings = object(entity["settings"]);
  if (entity["type"] === "aws_lambda_function" && !settings["arn"])
    return [["settings.arn", "this field is required"]];
  const wrong = Object.keys(settings).filter((name) => typeof settings[name] !== "string");
  return wrong.map((name) => [`settings.${name}`, "only text is allowed"]);
}

function flowMistakes(entity: SymEntity): [string, string][] {
  const source = Buffer.from(String(entity["implementation"]), "base64").toString();
  if (!/\bdef \w+\(/.test(source)) return [["implementation", "this is no Python code in base64"]];
  return list(object(entity["params"])["prompt_fields"])
    .map(object)
    .filter((field) => field["name"] === "duration" || field["type"] === "duration")
    .filter(
      (field) =>
        field["type"] !== "duration" || !field["required"] || list(field["allowed_values"]).length === 0,
    )
    .map(() => [
      "params.prompt_fields",
      "duration must be a required field of type duration with allowed_values",
    ]);
}

function object(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
