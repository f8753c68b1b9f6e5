import {
  type Access,
  absent,
  namesIn,
  residualOf,
  type TargetSystem,
  throwObstacle,
  timed,
} from "./access.ts";
import type { Actions } from "./actions.ts";
import { checkTargets } from "./check.ts";
import { isNotFound } from "./errors.ts";
import { granting } from "./plan.ts";

/** Actions without leases: a deescalate also revokes standing access. */
export function directAccess<A extends Access>(system: TargetSystem<A>): Actions {
  return {
    async escalate(request, invocation) {
      const found = await timed(invocation, "find", () => system.find(request, invocation));
      invocation.about(found.access);
      const { names } = found.access;
      throwObstacle(found.effect);
      const until = request.duration === undefined ? null : Date.now() + request.duration * 1_000;
      // The function sets the state even if the reading already shows the state: the reading may be stale.
      const change = { state: found.wanted, until, afterwards: absent };
      const hadIt = found.effect === "anyway" || system.satisfies(found.state, found.wanted);
      const { pending } =
        hadIt && found.state !== found.wanted
          ? {}
          : await timed(invocation, "set", () => system.set(found, change, invocation));
      if (pending) return { ...names, outcome: "pending", detail: pending };
      if (hadIt) return { ...names, outcome: "already-had-access" };
      return { ...names, outcome: "granted", ...(until !== null && { expiresAt: new Date(until) }) };
    },
    async deescalate(request, invocation) {
      const found = await timed(invocation, "find", () => system.find(request, invocation)).catch(
        subjectIsGone,
      );
      if (found === undefined) return { ...namesIn(request), outcome: "nothing-to-revoke" };
      invocation.about(found.access);
      const { names } = found.access;
      // A state beyond the request was set by others. A toggle has no earlier state to restore without a record.
      const isOurs = [found.state, absent].every((state) => system.satisfies(found.wanted, state));
      if (!isOurs) return { ...names, outcome: "nothing-to-revoke" };
      const change = { state: absent, until: null, afterwards: absent };
      const changed = await timed(invocation, "set", () => system.set(found, change, invocation));
      await system.release?.(found, invocation);
      if (found.state === absent)
        return { ...names, outcome: "nothing-to-revoke", ...(await residualOf(found)) };
      return { ...names, outcome: "revoked", ...(await residualOf(changed)) };
    },
    async plan(request, invocation) {
      const found = await timed(invocation, "find", () => system.find(request, invocation));
      const { access, state, wanted, effect } = found;
      throwObstacle(effect);
      const end = request.duration === undefined ? null : Date.now() + request.duration * 1_000;
      const planned = { access, state, wanted, ...(end !== null && { expiresAt: new Date(end) }) };
      if (effect === "anyway" || system.satisfies(state, wanted))
        return { ...planned, outcome: "already-standing" };
      const change = { state: wanted, until: end, afterwards: absent };
      return { ...planned, ...granting(await system.forecast?.(found, change, invocation)) };
    },
    check: (targets, invocation) => checkTargets(targets, system, invocation),
  };
}

/**
 * For `catch`: a subject that does not exist has no access to revoke. A missing resource is an error: without a record of the
 * grant, wrong settings of the target are more likely than a deleted resource.
 */
function subjectIsGone(error: unknown): undefined {
  if (!isNotFound(error, "subject")) throw error;
}
