import { randomUUID } from "node:crypto";
import { record } from "@sym/stand-ins/kernel/record";
import { preview } from "../answer.ts";
import type { Door, HandlerReply } from "../door.ts";
import { describeEnd, type Ended, type Running, startProgram } from "./program.ts";

/**
 * A program in any language: a new process for each event, with the payload on stdin, the answer on stdout and the log
 * on stderr. Its variables are `FUNCTION_ARN`, `TIME_LIMIT_MILLISECONDS`, after which the process is killed, and
 * `REQUEST_ID`, the id of the delivery.
 */
export function commandDoor(program: string): Door {
  return {
    readsLogs: true,
    obeysOpening: true,
    open({ environment: ofHandler, functionArn, timeoutMilliseconds }) {
      const running = new Set<Running>();
      const variables = {
        ...ofHandler,
        FUNCTION_ARN: functionArn,
        TIME_LIMIT_MILLISECONDS: String(timeoutMilliseconds),
      };
      return {
        send(payload, requestId = randomUUID()) {
          const input = JSON.stringify(payload) ?? "null";
          const environment = { ...variables, REQUEST_ID: requestId };
          const one = startProgram(program, input, { environment, timeoutMilliseconds });
          running.add(one);
          const reply = one.ended.then((ended) => {
            running.delete(one);
            return replyOf(ended);
          });
          return { reply, kill: one.kill };
        },
        close: async () => {
          for (const one of running) one.kill();
          await Promise.all([...running].map(({ ended }) => ended));
        },
      };
    },
  };
}

function replyOf(ended: Ended): HandlerReply {
  const logs = ended.stderr.split("\n").filter((line) => line !== "");
  record(...logs.map((line) => ({ line })));
  const { stdout, stderr, code, late } = ended;
  if (late) return { answer: undefined, failure: "the program ran out of time and was killed", logs };
  if (code !== 0) return { answer: undefined, failure: describeEnd(code, stderr), logs };
  try {
    return { answer: JSON.parse(stdout), logs };
  } catch {
    return { answer: undefined, failure: `the program printed no JSON, but ${preview(stdout)}`, logs };
  }
}
