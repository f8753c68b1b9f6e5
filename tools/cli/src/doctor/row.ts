/** `not-checked`: neither the function nor the caller could look. */
export type Level = "ok" | "warning" | "error" | "not-checked";

/**
 * The result of one check as a sentence; for a problem, also the mend. The form is that of the rows in a function's answer
 * to the event `check`.
 */
export type Row = { check: string; level: Level; message: string };

export const ok = (check: string, message: string): Row => ({ check, level: "ok", message });
export const warning = (check: string, message: string): Row => ({ check, level: "warning", message });
export const failed = (check: string, message: string): Row => ({ check, level: "error", message });
export const notChecked = (check: string, message: string): Row => ({ check, level: "not-checked", message });

/** The mend of every setting that this root of Terraform makes. */
export const applyIn = (root: TerraformRoot) => `Run terraform -chdir=${root} apply.`;

/** A root of Terraform that makes functions. */
export type TerraformRoot = "infra/aws" | "infra/flow";

export const applyAgain = applyIn("infra/aws");
