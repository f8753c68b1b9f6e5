import * as v from "valibot";
import { misconfigured, refused, type SymError } from "./errors.ts";
import type { SymRequest } from "./event.ts";

const allowList = v.record(v.string(), v.array(v.string()));

/** The values that people may choose for a setting bound to a prompt field: setting name to allowed values. */
export type AllowedSettings = v.InferOutput<typeof allowList>;

/** Reads the allow-list from the text of `ALLOWED_SETTINGS`, a JSON object such as `{"group_name":["readers"]}`. */
export function parseAllowedSettings(text: string | undefined): AllowedSettings {
  if (text === undefined || text === "") return {};
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), allowList), text);
  if (parsed.success) return parsed.output;
  throw misconfigured('ALLOWED_SETTINGS must be a JSON object of lists, such as {"group_name":["readers"]}');
}

/** Refuses a value of `AUDIT_PEOPLE` that would leave people out of the log in silence. */
export function checkAuditPeople(text = ""): void {
  if (!["", "false", "true"].includes(text))
    throw misconfigured(`AUDIT_PEOPLE is "${text}", but must be true or false`);
}

/** Refuses a target of another function: the target may carry the other function's settings. */
export function checkFunctionArn(request: SymRequest, functionArn: string): void {
  const path = "fields.target.settings.arn";
  const arn = request.target.settings["arn"];
  if (arn !== undefined && unqualified(arn) === unqualified(functionArn)) return;
  const found = arn === undefined ? "is missing" : `is ${arn}`;
  throw refused(
    `Payload refused: ${path} ${found}, but this function is ${unqualified(functionArn)}; set the sym_target's arn to this function's ARN`,
    { path },
  );
}

/** Refuses a setting that a person chose in the prompt, unless the function's own environment allows the value. */
export function checkAllowedSettings(request: SymRequest, allowed: AllowedSettings): void {
  for (const [name, value] of Object.entries(request.target.settings)) {
    const values = Object.hasOwn(allowed, name) ? allowed[name] : undefined;
    // Sym sends the value of a bound field both under `fields` and in the target's settings.
    if (values === undefined && !Object.hasOwn(request.fields, name)) continue;
    if (values?.includes(value)) continue;
    throw refused(
      `Payload refused: fields.target.settings.${name} is "${value}", which ALLOWED_SETTINGS does not allow for this setting; ` +
        "choose an allowed value, or add this value to ALLOWED_SETTINGS in the function's environment",
      { path: `fields.target.settings.${name}` },
    );
  }
}

/** The error for a missing or wrong setting of the target. `found` replaces the setting's own value in the sentence. */
export function wrongSetting(
  { target }: Pick<SymRequest, "target">,
  setting: string,
  advice: string,
  found = target.settings[setting] ? `"${target.settings[setting]}"` : "nothing",
): SymError {
  const path = `fields.target.settings.${setting}`;
  return refused(`Target ${target.name} has ${found} as its setting ${setting}; ${advice}`, { path });
}

/** `arn:partition:lambda:region:account:function:name`, without an alias or version. */
function unqualified(arn: string): string {
  return arn.split(":").slice(0, 7).join(":");
}
