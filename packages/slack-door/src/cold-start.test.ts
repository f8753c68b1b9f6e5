// The time from the start of a cold function to its answer to a click. Slack waits for three seconds. The time is printed, and no
// test depends on it.
import { existsSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { expect, test } from "vitest";
import { openWorkspace } from "./workspace.test-support.ts";

/** The part of a CPU that Lambda gives to 512 MB: 1,769 MB are one CPU. Source: "Configure Lambda function memory". */
const share = 0.3;
const ticksPerSecond = 100; // Linux, `getconf CLK_TCK`.
const rounds = 5;

test("a cold function answers a click, and records its decision", async () => {
  const flow = await openWorkspace();
  const cpuMs: number[] = [];
  const wallMs: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const id = await flow.ask(flow.people.robin);
    await flow.account.toApproval(id);
    const card = flow.workspace.messagesIn("approvers").at(-1) ?? expect.fail("There is no card");
    const door = flow.startDoor();
    const { channel, ts, blocks } = card;
    const click = { user: flow.people.alex, actionId: "approve", message: { channel, ts, blocks } };
    const began = performance.now();
    const { payload, coldStart } = await door.invoke(flow.clicks.blockAction(click, flow.timely()));
    wallMs.push(performance.now() - began);
    const [environment = expect.fail("The function has ended")] = door.environments();
    cpuMs.push(cpuOf(environment.pid));
    expect({ payload, coldStart }).toEqual({ payload: { statusCode: 200, body: "" }, coldStart: true });
    expect((await flow.record(id))?.status).toBe("approved");
  }
  const [cpu, wall] = [median(cpuMs), median(wallMs)];
  process.stderr.write(
    `Cold start to the acknowledgement of a click in Slack, median of ${rounds}: ${Math.round(wall)} ms on ${availableParallelism()} CPUs, with ${Math.round(cpu)} ms of CPU: ${(cpu / share / 1_000).toFixed(2)} s at ${share} of a CPU.\n`,
  );
});

/** The milliseconds of CPU of a process; not a number where the system does not tell. */
function cpuOf(pid: number): number {
  const file = `/proc/${pid}/stat`;
  if (!existsSync(file)) return Number.NaN;
  // The second field is the name in brackets; user and system time are the 14th and 15th.
  const fields = readFileSync(file, "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  return ((Number(fields[11]) + Number(fields[12])) / ticksPerSecond) * 1_000;
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
