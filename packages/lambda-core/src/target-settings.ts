import * as v from "valibot";
import type { SymRequest } from "./event.ts";
import { wrongSetting } from "./guard.ts";

/**
 * Reads the settings of the request's target. An empty setting counts as unset. `hints` describes the valid values of each
 * setting; none of valibot's own texts gets into an answer.
 */
export function readTargetSettings<S extends v.GenericSchema>(
  request: Pick<SymRequest, "target">,
  schema: S,
  hints: Record<string, string>,
): v.InferOutput<S> {
  const given = Object.entries(request.target.settings).filter(([, value]) => value !== "");
  const parsed = v.safeParse(schema, Object.fromEntries(given), { abortEarly: true });
  if (parsed.success) return parsed.output;
  const name = v.getDotPath(parsed.issues[0]) ?? "";
  throw wrongSetting(request, name, `set it to ${hints[name]}`);
}
