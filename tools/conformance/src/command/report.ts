import { labelled, paint } from "@sym/command-line/terminal";
import type { SceneResult } from "../run.ts";

type Status = SceneResult["status"];
export type Counts = Record<Status, number>;

/** The results of all scenes for one handler. */
export type Suite = { handler: string; results: SceneResult[] };

const statuses = {
  passed: { word: "passed", format: "green" },
  failed: { word: "FAILED", format: "red" },
  "not-applicable": { word: "not applicable", format: "dim" },
  "not-covered": { word: "not covered", format: "yellow" },
} as const;

export function count(results: SceneResult[]): Counts {
  const counts: Counts = { passed: 0, failed: 0, "not-applicable": 0, "not-covered": 0 };
  for (const { status } of results) counts[status] += 1;
  return counts;
}

/** One line of the table, or more if the reason is long. */
export function describeRow({ scene, status, reason = "" }: SceneResult): string {
  const { word, format } = statuses[status];
  return labelled(`${scene.padEnd(33)}${word}`, reason, { width: 49, format }).trimEnd();
}

/** `21 passed, 0 failed, 1 not applicable, 0 not covered` */
export function describeCounts(counts: Counts): string {
  const { passed, failed } = counts;
  return (
    `${passed} passed, ${paint(failed > 0 ? "red" : "dim", `${failed} failed`)}, ` +
    `${counts["not-applicable"]} not applicable, ${counts["not-covered"]} not covered`
  );
}

export function describeAsJson(suites: Suite[]): string {
  const counted = suites.map((suite) => ({ ...suite, counts: count(suite.results) }));
  return JSON.stringify(
    { suites: counted, counts: count(suites.flatMap(({ results }) => results)) },
    undefined,
    2,
  );
}
