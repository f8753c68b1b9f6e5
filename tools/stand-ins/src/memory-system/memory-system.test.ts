import { expect, onTestFinished, test } from "vitest";
import { memorySystem } from "./memory-system.ts";

const put = "PUT /groups/{group}/members/{person}";
const robin = "robin.requester@example.com";

async function open() {
  const memory = memorySystem({
    variables: { url: "MEMORY_URL", token: "MEMORY_TOKEN" },
    routes: {
      [put]: ({ groups, people }, { group, person }) => {
        const found = people.find(({ email }) => email === person);
        if (found) groups.find(({ name }) => name === group)?.members.add(found.id);
        return { status: found ? 200 : 404 };
      },
      "GET /groups/{group}": ({ groups }, { group }) => {
        const found = groups.find(({ name }) => name === group);
        return found ? { status: 200, body: { id: found.id } } : { status: 404 };
      },
      "POST /people": ({ people }, { email = "", kind = "" }) => {
        people.push({ id: kind, email });
        return { status: 201, body: { id: kind } };
      },
    },
  });
  onTestFinished(async () => void (await memory.close()));
  const { MEMORY_URL: url, MEMORY_TOKEN: token } = await memory.start();
  memory.addGroup("two words");
  const send = (method: string, path: string, body?: string, bearer = token) =>
    fetch(`${url}${path}`, { method, headers: { authorization: `Bearer ${bearer}` }, body: body ?? null });
  return { memory, send };
}

const member = `/groups/two%20words/members/${encodeURIComponent(robin)}`;

test("a route gets the path, the query and the body, and changes the stored state", async () => {
  const { memory, send } = await open();
  const made = await send("POST", "/people?kind=badge", JSON.stringify({ email: robin, age: 7 }));
  expect([made.status, await made.json()]).toEqual([201, { id: "badge" }]);
  expect((await send("PUT", member)).status).toBe(200);
  expect(memory.isMember(robin, "two words")).toBe(true);
  expect(memory.calls()).toEqual([
    { action: "POST /people", status: 201 },
    { action: put, status: 200 },
  ]);
  memory.reset();
  expect([memory.isMember(robin, "two words"), memory.calls()]).toEqual([false, []]);
});

test("a renamed group keeps its id and its members", async () => {
  const { memory, send } = await open();
  memory.addPerson(robin);
  memory.addMember(robin, "two words");
  const id = await (await send("GET", "/groups/two%20words")).json();
  memory.renameGroup("two words", "new name");
  expect(await (await send("GET", "/groups/new%20name")).json()).toEqual(id);
  expect((await send("GET", "/groups/two%20words")).status).toBe(404);
  expect([memory.isMember(robin, "new name"), memory.isMember(robin, "two words")]).toEqual([true, false]);
});

test("a wrong token, an unknown path and an invalid JSON body change nothing", async () => {
  const { memory, send } = await open();
  memory.addPerson(robin);
  expect((await send("PUT", member, undefined, "guess")).status).toBe(401);
  expect((await send("GET", member)).status).toBe(404);
  expect((await send("POST", "/people", "{")).status).toBe(201);
  expect(memory.isMember(robin, "two words")).toBe(false);
  memory.addMember(robin, "two words");
  expect(memory.isMember(robin, "two words")).toBe(true);
});

test.each([
  ["throttle", 429],
  ["internal-error", 500],
  ["access-denied", 403],
] as const)("the fault %s answers %s the given number of times, without a change", async (kind, status) => {
  const { memory, send } = await open();
  memory.addPerson(robin);
  memory.faults.inject({ action: put, kind });
  expect((await send("PUT", member)).status).toBe(status);
  expect(memory.isMember(robin, "two words")).toBe(false);
  expect((await send("PUT", member)).status).toBe(200);
});

test.each([
  ["reset", false],
  ["answer-lost", true],
] as const)("the fault %s breaks the connection (change made: %s)", async (kind, made) => {
  const { memory, send } = await open();
  memory.addPerson(robin);
  memory.faults.inject({ action: put, kind, times: Infinity });
  await expect(send("PUT", member)).rejects.toThrow("fetch failed");
  expect(memory.isMember(robin, "two words")).toBe(made);
  memory.faults.clear();
  expect((await send("PUT", member)).status).toBe(200);
});

test.each([
  ["timeout", false],
  ["answer-withheld", true],
] as const)("the fault %s never answers until the system closes", async (kind, made) => {
  const { memory, send } = await open();
  memory.addPerson(robin);
  memory.faults.inject({ action: put, kind });
  const waiting = expect(send("PUT", member)).rejects.toThrow("fetch failed");
  await expect.poll(() => memory.calls()).toEqual([{ action: put, status: 0 }]);
  expect(memory.isMember(robin, "two words")).toBe(made);
  await memory.close();
  await waiting;
});
