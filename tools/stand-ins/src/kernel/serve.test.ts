import { expect, test } from "vitest";
import { answerUnder } from "./faults.ts";
import { serve } from "./serve.ts";

test("close ends the connections, and waits for pending answers", async () => {
  const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
  const { promise: change, resolve: makeChange } = Promise.withResolvers<void>();
  const events: string[] = [];
  const server = await serve(async () => {
    ask();
    await change;
    events.push("changed");
    return { status: 200 };
  });
  const answer = expect(fetch(server.url)).rejects.toThrow("fetch failed");
  await asked;
  const closed = server.close().then(() => events.push("closed"));
  await answer;
  makeChange();
  await closed;
  expect(events).toEqual(["changed", "closed"]);
});

test("an answer that fails breaks the connection, and the next request is answered", async () => {
  const server = await serve(({ url }) => {
    if (url.pathname === "/fail") throw new Error("a defect");
    return { status: 200, body: url.search };
  });
  await expect(fetch(`${server.url}/fail`)).rejects.toThrow("fetch failed");
  expect(await (await fetch(`${server.url}/?a=1`)).text()).toBe("?a=1");
  await server.close();
});

test("an error of the system is answered, even if a lost answer was injected", async () => {
  const refuse = () => Promise.reject(new Error("no such group"));
  await expect(answerUnder("answer-lost", refuse)).rejects.toThrow("no such group");
  expect(await answerUnder("reset", refuse)).toEqual({
    status: 0,
    errorCode: "reset",
    connection: "broken",
  });
});
