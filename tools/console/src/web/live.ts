import { setTimeout } from "node:timers/promises";
import type { Context } from "hono";
import { streamSSE } from "hono/streaming";

const pauseMs = 80;
const keepAliveMs = 15_000;

/** Tells the page that something has changed, by server-sent events. News that come close together are one event. */
export function live(context: Context, onChange: (listen: () => void) => () => void) {
  return streamSSE(context, async (stream) => {
    let isOpen = true;
    let wake: () => void = () => undefined;
    let isChanged = false;
    const end = onChange(() => {
      isChanged = true;
      wake();
    });
    stream.onAbort(() => {
      isOpen = false;
      end();
      wake();
    });
    while (isOpen) {
      if (!isChanged)
        await Promise.race([
          new Promise<void>((resolve) => {
            wake = resolve;
          }),
          // The timer of a page that is gone must not keep the command from ending.
          setTimeout(keepAliveMs, undefined, { ref: false }),
        ]);
      if (isChanged) await stream.sleep(pauseMs);
      const event = isChanged ? "change" : "alive";
      isChanged = false;
      if (isOpen) await stream.writeSSE({ event, data: "" });
    }
  });
}
