import { isDeepStrictEqual } from "node:util";
import { GetMetricStatisticsCommand } from "@aws-sdk/client-cloudwatch";
import { GetScheduleCommand, type GetScheduleCommandOutput } from "@aws-sdk/client-scheduler";
import type { Account } from "./account.ts";
import { ask, askFor, rowsOr } from "./ask.ts";
import type { Subject } from "./functions.ts";
import { applyAgain, failed, notChecked, ok, type Row } from "./row.ts";

const sweepEvent = { event: { type: "sweep" } };
const minute = 60_000;
const day = 24 * 60 * minute;

/** The period of infra/modules/handler, in minutes. */
const USUAL_PERIOD = 5;

/** Checks the schedule of the sweep, and the time of the last sweep. */
export async function checkSchedule(subject: Subject, account: Account, now: number): Promise<Row[]> {
  let period = USUAL_PERIOD;
  const rows = await rowsOr("schedule", async () => {
    const name = `${subject.name}-sweep`;
    const call = account.clients.scheduler.send(new GetScheduleCommand({ Name: name }));
    const schedule = await askFor("scheduler:GetSchedule", "ResourceNotFoundException", call);
    period = minutesIn(schedule?.ScheduleExpression) ?? period;
    return [rowOf(name, subject.arn, schedule)];
  });
  const last = await rowsOr("last sweep", () => checkLastSweep(subject, account, period, now));
  return [...rows, ...last];
}

function rowOf(name: string, functionArn: string, schedule: GetScheduleCommandOutput | undefined): Row {
  const check = "schedule";
  const effect = "so no sweep ends access whose deescalate never arrived";
  if (!schedule) return failed(check, `The schedule ${name} does not exist, ${effect}. ${applyAgain}`);
  const { State, Target, ScheduleExpression: rate = "no rate" } = schedule;
  if (State !== "ENABLED") return failed(check, `The schedule ${name} is disabled, ${effect}. ${applyAgain}`);
  if (Target?.Arn !== functionArn)
    return failed(
      check,
      `The schedule ${name} starts ${Target?.Arn}, not this function, ${effect}. ${applyAgain}`,
    );
  if (!isDeepStrictEqual(parse(Target.Input), sweepEvent))
    return failed(
      check,
      `The schedule ${name} sends ${Target.Input ?? "no input"} instead of ${JSON.stringify(sweepEvent)}, ${effect}. ${applyAgain}`,
    );
  return ok(check, `Enabled, ${rate}`);
}

async function checkLastSweep(
  { name, configuration }: Subject,
  { clients }: Account,
  period: number,
  now: number,
): Promise<Row[]> {
  const check = "last sweep";
  const command = new GetMetricStatisticsCommand({
    Namespace: "SymHandlers",
    MetricName: "Sweeps",
    Dimensions: [{ Name: "function", Value: name }],
    StartTime: new Date(now - day),
    EndTime: new Date(now),
    Period: 300,
    Statistics: ["Sum"],
  });
  const { Datapoints = [] } = await ask("cloudwatch:GetMetricStatistics", clients.cloudWatch.send(command));
  const times = Datapoints.filter(({ Sum = 0 }) => Sum > 0).map(({ Timestamp }) => Timestamp?.getTime() ?? 0);
  const latest = Math.max(...times);
  // CloudWatch gives the start of the five minutes in which the sweep ran.
  const limit = Math.max(3 * period, 15) * minute;
  if (now - latest < limit + 5 * minute) return [ok(check, `About ${clock(latest)} UTC`)];
  const changed = Date.parse(configuration?.LastModified ?? "");
  if (now - changed < limit)
    return [notChecked(check, `None yet: the function changed at ${clock(changed)} UTC.`)];
  const when = times.length > 0 ? `since ${clock(latest)} UTC` : "in the last 24 hours";
  return [
    failed(
      check,
      `No sweep ran ${when}. Sweep manually, and read the answer: npm run leases -- sweep --function-name ${name}. If that works, the schedule's role ${name}-sweep may not invoke the function: terraform -chdir=infra/aws apply.`,
    ),
  ];
}

/** The minutes of `rate(5 minutes)`; undefined for any other expression. */
function minutesIn(expression = ""): number | undefined {
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const minutes = { minute: 1, hour: 60, day: 1_440 }[unit ?? ""];
  return minutes && Number(count) * minutes;
}

function parse(text = ""): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // The row shows the text.
  }
}

function clock(time: number): string {
  return new Date(time).toISOString().slice(11, 16);
}
