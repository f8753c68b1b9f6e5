import { randomUUID } from "node:crypto";
import {
  type ExpiringTarget,
  type Flag,
  type FlagEnvironment,
  LaunchDarklyError,
  type LaunchDarklyState,
  refuse,
} from "./state.ts";
import { addTargets, removeTargets, targetOf, touch, variationIndex } from "./targets.ts";

type Instruction = { kind: string; [parameter: string]: unknown };

/** A semantic patch, as on the wire. */
export type Patch = { comment?: unknown; environmentKey?: unknown; instructions?: unknown };

/** Applies the whole patch or nothing. https://launchdarkly.com/docs/api/feature-flags/patch-feature-flag */
export function patchFlag(
  state: LaunchDarklyState,
  project: string,
  flag: Flag,
  patch: Patch,
  ignoreConflicts: boolean,
): void {
  const name = String(patch.environmentKey);
  const instructions = readInstructions(patch);
  guard(state, `${project}/${name}`, actionOf(instructions));
  requireComment(state, `${project}/${name}`, patch);
  if (!ignoreConflicts && state.pending.includes(`${project}/${name}`))
    refuse(400, "invalid_request", "This change would make a scheduled change fail");
  const environment = structuredClone(environmentOf(flag, name));
  for (const instruction of instructions) apply(flag, environment, instruction);
  touch(flag, environment);
  flag.environments[name] = environment;
  note(state, project, flag, patch, instructions);
}

/** Applies the valid instructions of a patch, and lists the errors of the others. The status is 200 in both cases. */
export function patchExpiring(
  state: LaunchDarklyState,
  project: string,
  flag: Flag,
  name: string,
  patch: Patch,
): object {
  const instructions = readInstructions(patch);
  requireComment(state, `${project}/${name}`, patch);
  const path = `${project}/${flag.key}/${name}`;
  const errors: { instructionIndex: number; message: string }[] = [];
  for (const [instructionIndex, instruction] of instructions.entries()) {
    const list = state.expiring[path] ?? [];
    const _resourceId = { kind: "flag", projectKey: project, environmentKey: name, key: flag.key };
    const result = changeExpiring(list, flag, environmentOf(flag, name), instruction, _resourceId);
    if (typeof result === "string") errors.push({ instructionIndex, message: result });
    else state.expiring[path] = result;
  }
  note(state, project, flag, patch, instructions);
  const totalInstructions = instructions.length;
  const failedInstructions = errors.length;
  return {
    items: state.expiring[path] ?? [],
    totalInstructions,
    successfulInstructions: totalInstructions - failedInstructions,
    failedInstructions,
    errors,
  };
}

function readInstructions({ instructions }: Patch): Instruction[] {
  if (Array.isArray(instructions) && instructions.length > 0) return instructions;
  return refuse(400, "invalid_request", "instructions: cannot be blank");
}

/** Source of the code and the message of the missing approval: https://github.com/launchdarkly/ldcli/issues/581 */
function guard(state: LaunchDarklyState, place: string, action: string): void {
  if (state.conflicts > 0) {
    state.conflicts -= 1;
    refuse(409, "optimistic_locking_error", "Conflict. Optimistic lock error. Try again.");
  }
  if (state.approvals.includes(place))
    refuse(
      405,
      "method_not_allowed",
      `Flag configuration updates require approval: action '${action}' not allowed`,
    );
}

function requireComment(state: LaunchDarklyState, place: string, { comment }: Patch): void {
  if (state.comments.includes(place) && !comment)
    refuse(400, "invalid_request", "A comment is required for changes in this environment");
}

function actionOf([first]: Instruction[]): string {
  return first?.kind.startsWith("turnFlag") ? "updateOn" : "updateTargets";
}

function environmentOf(flag: Flag, name: string): FlagEnvironment {
  const environment = Object.hasOwn(flag.environments, name) ? flag.environments[name] : undefined;
  return environment ?? refuse(404, "not_found", "Unknown environment key");
}

function apply(flag: Flag, environment: FlagEnvironment, { kind, ...parameters }: Instruction): void {
  if (kind === "turnFlagOn" || kind === "turnFlagOff") {
    environment.on = kind === "turnFlagOn";
    return;
  }
  const { variationId, values, contextKind = "user" } = parameters;
  if (!Array.isArray(values) || typeof contextKind !== "string")
    throw new LaunchDarklyError(400, "invalid_request", `${kind} needs values`);
  const variation = variationIndex(flag, variationId);
  if (kind === "addTargets") addTargets(environment, variation, contextKind, values);
  else if (kind === "removeTargets") removeTargets(environment, variation, contextKind, values);
  else refuse(400, "invalid_request", `The stand-in has no instruction ${kind}`);
}

/** The list after the change, or the error of the instruction. */
function changeExpiring(
  list: ExpiringTarget[],
  flag: Flag,
  environment: FlagEnvironment,
  instruction: Instruction,
  _resourceId: ExpiringTarget["_resourceId"],
): ExpiringTarget[] | string {
  const { kind, contextKey, contextKind, variationId, value, version } = instruction;
  const same = list.find((one) => one.contextKey === contextKey && one.contextKind === contextKind);
  if (kind === "addExpiringTarget") {
    const person = { contextKind: String(contextKind), key: String(contextKey) };
    if (targetOf(environment, person) !== variationIndex(flag, variationId))
      return "context is not individually targeted with this variation";
    if (same) return "a removal of this context is scheduled already";
    const added = { _id: randomUUID(), _version: 1, contextKind: person.contextKind, contextKey: person.key };
    const expirationDate = Number(value);
    return [...list, { ...added, variationId: String(variationId), expirationDate, _resourceId }];
  }
  if (!same || same.variationId !== variationId) return "no removal of this context is scheduled";
  if (version !== undefined && version !== same._version) return "version does not match";
  const others = list.filter((one) => one !== same);
  if (kind === "removeExpiringTarget") return others;
  if (kind !== "updateExpiringTarget") return `The stand-in has no instruction ${kind}`;
  return [...others, { ...same, _version: same._version + 1, expirationDate: Number(value) }];
}

function note(
  state: LaunchDarklyState,
  project: string,
  { key }: Flag,
  { comment }: Patch,
  instructions: Instruction[],
) {
  const kinds = instructions.map(({ kind }) => kind);
  state.audit.push({ flag: `${project}/${key}`, comment: String(comment ?? ""), kinds });
}
