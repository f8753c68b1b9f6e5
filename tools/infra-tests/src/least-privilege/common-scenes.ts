import type { FaultKind } from "@sym/stand-ins/kernel/faults";
import type { Sandbox } from "@sym/stand-ins/sandbox";
import { checkOf, planOf } from "@sym/test-payloads/payloads";
import type { Requests, Scene } from "./story.ts";

/**
 * The scenes that all handlers share. `standing` gives Robin standing access. `between` runs between two changes, for
 * systems that need a step before the next change.
 */
export function commonScenes(
  what: string,
  requests: Requests,
  standing: (sandbox: Sandbox) => void | Promise<void>,
  between: (sandbox: Sandbox) => void | Promise<void> = () => undefined,
): Scene[] {
  const { first, overlap } = requests;
  return [
    {
      name: `${what}: granted and revoked, each sent twice`,
      async play({ sandbox, act }) {
        await act(first.escalate, "granted");
        await between(sandbox);
        await act(first.escalate, "granted");
        await act(first.deescalate, "revoked");
        await act(first.deescalate, "nothing-to-revoke");
      },
    },
    {
      name: `${what}: standing access is kept`,
      async play({ sandbox, act }) {
        await standing(sandbox);
        await between(sandbox);
        await act(first.escalate, "already-had-access");
        await act(first.deescalate, "kept-standing");
      },
    },
    {
      name: `${what}: of two requests, the last one out ends the access`,
      async play({ sandbox, act }) {
        await act(first.escalate, "granted");
        await between(sandbox);
        await act(overlap.escalate, "granted");
        await act(first.deescalate, "kept-for-other-request");
        await act(overlap.deescalate, "revoked");
      },
    },
    {
      name: `${what}: the sweep ends an overdue request`,
      async play({ sandbox, act, sweep }) {
        await act(first.escalate, "granted");
        await between(sandbox);
        await sweep(1);
        await act(first.deescalate, "nothing-to-revoke");
      },
    },
    {
      name: `${what}: planned and checked`,
      async play({ act }) {
        await act(planOf(first.escalate), "would-grant");
        await act(checkOf(first.escalate), "checked");
      },
    },
  ];
}

/** A scene in which each call is throttled once, and retried. */
export function throttled(
  what: string,
  requests: Requests,
  actions: string[],
  between: (sandbox: Sandbox) => void | Promise<void> = () => undefined,
): Scene {
  const kind: FaultKind = "throttle";
  return {
    name: `${what}: throttling is ridden out`,
    async play({ sandbox, act }) {
      for (const action of actions) sandbox.faults.inject({ action, kind });
      await act(requests.first.escalate, "granted");
      await between(sandbox);
      await act(requests.first.deescalate, "revoked");
    },
  };
}
