import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { descriptionOf, type Schema } from "./description.ts";

/**
 * `at`: the place in the value, as a JSON pointer with `*` for any index. `says`: the violated rule, as a
 * phrase. `pointer`: the same place with the indexes.
 */
export type SchemaViolation = { at: string; says: string; pointer: string };

const ajv = new Ajv2020({ allErrors: true, strict: false, validateSchema: false });
addFormats.default(ajv);

const validators = new WeakMap<Schema, ValidateFunction>();

export function schemaViolations(system: string, schema: Schema, value: unknown): SchemaViolation[] {
  const validate = validators.get(schema) ?? compile(system, schema);
  validators.set(schema, validate);
  if (validate(value)) return [];
  const errors = causes(validate.errors ?? []);
  const isMissing = ({ keyword }: ErrorObject) => keyword === "required";
  const places = [...new Set(errors.filter(isMissing).map(({ instancePath }) => instancePath))];
  const missing = places.map((pointer) => {
    const names = errors.filter((one) => isMissing(one) && one.instancePath === pointer);
    const list = names.map(({ params }) => params["missingProperty"]).join(", ");
    return violation(pointer, `must have the required ${list}`);
  });
  const others = errors.filter((error) => !isMissing(error));
  return [
    ...missing,
    ...others.map(({ instancePath, message = "", params }) =>
      violation(instancePath, message + detail(params)),
    ),
  ];
}

function violation(pointer: string, says: string): SchemaViolation {
  return { at: pointer.replace(/\/\d+(?=\/|$)/g, "/*"), says, pointer };
}

/** Ajv reads a description's schemas once; later schemas refer to them. */
function compile(system: string, schema: Schema): ValidateFunction {
  const { schemas } = descriptionOf(system);
  if (!ajv.getSchema(system)) ajv.addSchema({ $id: system, schemas });
  const text = JSON.stringify(schema).replaceAll('"#/schemas/', `"${system}#/schemas/`);
  return ajv.compile(JSON.parse(text));
}

/** The errors without sums of other errors, and without the `null` branch of a nullable value. */
function causes(errors: ErrorObject[]): ErrorObject[] {
  const isSum = ({ keyword }: ErrorObject) => keyword === "anyOf" || keyword === "oneOf";
  const isNull = ({ keyword, params }: ErrorObject) => keyword === "type" && params["type"] === "null";
  const telling = errors.filter((error) => !isSum(error) && !isNull(error));
  return telling.length > 0 ? telling : errors;
}

function detail(params: Record<string, unknown>): string {
  const { additionalProperty, allowedValues } = params;
  if (additionalProperty !== undefined) return `: ${additionalProperty}`;
  return Array.isArray(allowedValues) ? `: ${allowedValues.join(", ")}` : "";
}
