// The event lines of the built bundles: one for each event, and one for each run or lease that a sweep ends or fails.
import { fileURLToPath } from "node:url";
import { type EventLine, eventLineProblems, readEventLine } from "@sym/api-descriptions/event-line";
import { expect, test } from "vitest";
import { bundleDoor } from "./door.ts";
import type { EventDetails } from "./events.ts";
import { robin, sweepEvent } from "./events.ts";
import { handlersWithSystem, loadSystem } from "./sandbox-systems.ts";
import { sandboxTarget } from "./sandbox-target.ts";
import { openStage } from "./stage.ts";

const hour = 3_600;

for (const handler of handlersWithSystem())
  test(`${handler}: each event leaves one line, which says what happened to whose access to what`, async ({
    skip,
  }) => {
    const target = await sandboxTarget(await loadSystem(handler));
    try {
      skip(target.unavailable !== undefined && !process.env["CI"], target.unavailable);
      await target.begin?.();
      await target.addPerson?.(robin);
      const bundle = fileURLToPath(new URL(`../../../handlers/${handler}/dist`, import.meta.url));
      const stage = openStage(bundleDoor(bundle), target);
      const audited = stage.open({ environment: { AUDIT_PEOPLE: "true" } });
      const linesOf = async (payload: unknown, on?: typeof audited) => {
        const { logs = [] } = await stage.send(payload, on);
        const events: EventLine[] = logs.flatMap((line) => readEventLine(line) ?? []);
        expect(events.flatMap(eventLineProblems)).toEqual([]);
        return events;
      };
      const escalate = (details: EventDetails) => linesOf(stage.event("escalate", details));

      const [granted, ...none] = await escalate({ run: 1 });
      const { host, resource_id, subject_id, resource, run_id } = granted ?? {};
      expect(none).toEqual([]);
      expect(granted).toMatchObject({
        ...{
          system: handler,
          event_type: "escalate",
          version: expect.stringMatching(/^\d+\.\d+\.\d+\+[0-9a-f]{12}$/),
        },
        ...{ outcome: expect.stringMatching(/^(granted|pending)$/), subject_id: expect.any(String) },
      });
      const about = { host, resource_id, subject_id, resource };

      const unknown = { run: 2, settings: target.unknownResource ?? {} };
      expect(await escalate(unknown)).toMatchObject([
        { outcome: "refused", error: "SymError", level: "WARN" },
      ]);

      await stage.faults.inject({ step: "restore", kind: "access-denied" });
      const failed = {
        outcome: "failed",
        reason: "unavailable",
        level: "ERROR",
        sentence: expect.any(String),
      };
      expect(await linesOf(stage.event("deescalate", { run: 1 }))).toMatchObject([{ ...failed, ...about }]);
      await target.passTime?.(2 * hour);
      expect(await linesOf(sweepEvent)).toMatchObject([
        { ...failed, ...about, event_type: "sweep", lease: expect.any(String) },
      ]);

      await stage.faults.clear();
      await target.passTime?.(2 * hour);
      const revoked = { outcome: expect.stringMatching(/^(revoked|lowered)$/), event_type: "sweep" };
      expect(await linesOf(sweepEvent)).toMatchObject([{ ...revoked, ...about, run_id }]);
      expect(await linesOf(sweepEvent)).toEqual([]);

      const [withPeople] = await linesOf(stage.event("escalate", { run: 3 }), audited);
      expect(withPeople).toMatchObject({
        personal_data: true,
        requester: robin,
        subject: expect.any(String),
      });
      await stage.close();
    } finally {
      await target.close();
    }
  });
