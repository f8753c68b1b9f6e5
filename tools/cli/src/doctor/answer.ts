import { describeFunctionError } from "@sym/local-lambda/sym-answer";
import { isObject } from "@sym/test-payloads/payload-fields";
import type { Target } from "./options.ts";
import { failed, type Level, ok, type Row, type TerraformRoot } from "./row.ts";

/** The row's name if the function has no rows of its own. */
export const ownChecks = "own checks";

const levels: readonly unknown[] = ["ok", "warning", "error", "not-checked"] satisfies Level[];

/** The event `check`, for these targets. */
export function checkEvent(targets: Target[]): object {
  return { event: { type: "check" }, targets };
}

type Invoked = { payload: unknown; functionError?: string };

/**
 * The rows in a function's answer to the event `check`, and a row with the version of the bundle, beside the version of
 * the local build. Bundles of all ages answer, so nothing is taken for granted.
 */
export function rowsIn(
  { payload, functionError }: Invoked,
  localVersion?: string,
  root: TerraformRoot = "infra/aws",
): Row[] {
  if (functionError !== undefined)
    return [
      failed(
        ownChecks,
        `The function ended without an answer (${describeFunctionError(payload)}). Read its log.`,
      ),
    ];
  const { body, errors } = isObject(payload) ? payload : {};
  const rows = isObject(body) && Array.isArray(body["checks"]) ? body["checks"] : undefined;
  if (!rows?.every(isRow))
    return [
      failed(
        ownChecks,
        `The function does not answer the event check, so its bundle is older than this command. Build and deploy: npm run build, then terraform -chdir=${root} apply.`,
      ),
    ];
  const reasons = rows.length === 0 && Array.isArray(errors) ? errors.map(String) : [];
  const version = isObject(body) ? versionRows(body["version"], localVersion) : [];
  return [...version, ...rows, ...reasons.map((reason) => failed(ownChecks, reason))];
}

function versionRows(version: unknown, local: string | undefined): Row[] {
  if (typeof version !== "string") return [];
  const other = local !== undefined && local !== version ? `; the local build is ${local}` : "";
  return [ok("version", version + other)];
}

function isRow(row: unknown): row is Row {
  return (
    isObject(row) &&
    typeof row["check"] === "string" &&
    typeof row["message"] === "string" &&
    levels.includes(row["level"])
  );
}
