import { writeFileSync } from "node:fs";
import path from "node:path";
import { InvokeCommand } from "@aws-sdk/client-lambda";
import { passTime } from "@sym/local-lambda/table-time";
import { metricsIn } from "./deploy.test-support.ts";
import type { DeployedAccount } from "./deployed-account.test-support.ts";
import { clientsOf } from "./doctor-changes.test-support.ts";
import { eventFor } from "./stack.test-support.ts";

/** The person on call for one function. A command returns what the terminal shows, with each paragraph on one line. */
export type Duty = Awaited<ReturnType<typeof onDuty>>;

type Event = { event: { type: string }; run: { srn: string } };

export async function onDuty(account: DeployedAccount, handler: string) {
  const { deployment, sandbox, scene, stories } = account;
  const name = `sym-${handler}`;
  const arn = `arn:aws:lambda:us-east-1:123456789012:function:${name}`;
  const target = stories.find((story) => story.handler === handler)?.target ?? {};
  const { lambda } = clientsOf(scene.invoking.url);
  const watched = (await deployment.resources()).filter(
    ({ type, values }) =>
      type === "aws_cloudwatch_metric_alarm" && String(values["alarm_name"]).startsWith(`${name}-`),
  );
  let runs = 0;
  let read = scene.invoking.logs.length;

  const terminal = async (script: "leases" | "doctor" | "plan", ...args: string[]) => {
    const { stdout, stderr } = await account.run(script, ...args);
    return (stdout + stderr).replace(/\n +/g, " ");
  };

  function eventOf(type: string, run: string): Event {
    const event = eventFor(`${type}.json`, arn, target) as Event;
    event.run.srn = event.run.srn.replace(/[^:]*$/, run);
    return event;
  }

  /** Sends an event as Sym and the schedule do. Returns the run's id. */
  async function sym(type: "escalate" | "deescalate" | "sweep", run = `${handler}-run-${++runs}`) {
    const event = type === "sweep" ? { event: { type } } : eventOf(type, run);
    await lambda.send(new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(event) }));
    return run;
  }

  return {
    leases: (...args: string[]) => terminal("leases", ...args),
    doctor: (...args: string[]) => terminal("doctor", "--function-name", name, ...args),
    /** Plans a further request. */
    async plan() {
      const file = path.join(deployment.workspace.folder, "plan.json");
      writeFileSync(file, JSON.stringify(eventOf("escalate", `${handler}-planned`)));
      return await terminal("plan", handler, file, "--function-name", name);
    },
    sym,
    pass: (milliseconds: number) =>
      passTime({ client: scene.aws.dynamoDb, table: `${name}-leases` }, milliseconds),
    members: () => sandbox.iam.members("prod-admins"),
    /** The alarms on the function's own metrics that start by the metrics since the last call, in alphabetical order. */
    async alarms() {
      const lines = scene.invoking.logs.slice(read);
      read = scene.invoking.logs.length;
      const written = lines.flatMap(metricsIn).map((metric) => JSON.stringify(metric));
      return watched
        .filter(({ values }) => values["metric_name"] !== "Sweeps")
        .filter(({ values: { namespace, metric_name: metric, dimensions } }) =>
          written.includes(JSON.stringify({ namespace, metric, dimensions })),
        )
        .map(({ values }) => String(values["alarm_name"]).slice(name.length + 1))
        .sort();
    },
  };
}
