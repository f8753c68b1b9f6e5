import { refused, type SymRequest } from "@sym/lambda-core";
import * as v from "valibot";

/**
 * Reads the settings of a target. An empty setting counts as unset. `hints` describes the valid values of each
 * setting.
 */
export function readTargetSettings<S extends v.GenericSchema>(
  { target }: Pick<SymRequest, "target">,
  schema: S,
  hints: Record<string, string>,
): v.InferOutput<S> {
  const given = Object.fromEntries(Object.entries(target.settings).filter(([, value]) => value !== ""));
  const parsed = v.safeParse(schema, given, { abortEarly: true });
  if (parsed.success) return parsed.output;
  const name = v.getDotPath(parsed.issues[0]) ?? "";
  const value = given[name] === undefined ? "nothing" : `"${given[name]}"`;
  throw refused(`Target ${target.name} has ${value} as its setting ${name}; set it to ${hints[name]}`, {
    path: `fields.target.settings.${name}`,
  });
}
