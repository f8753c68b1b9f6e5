// The list of requests.
import { expect, test } from "vitest";
import { rulesJson } from "../flow-account.test-support.ts";
import { arnOf, openApi, uuid } from "./api.test-support.ts";

async function openList() {
  const api = await openApi();
  api.flow.parameters.set("/sym/rules/staging", rulesJson({ target: "staging", label: "Staging" }));
  const idOf = async (name: string, target = "prod-admins"): Promise<string> =>
    (await api.ask(name, { target })).body["request"].id;
  const list = async (query: string) => {
    const { status, body } = await api.call(arnOf("kim"), "GET", `/requests${query}`);
    const { requests, broken, next } = body;
    return { status, requests, broken, next, ids: requests.map(({ id }: { id: string }) => id) };
  };
  return { ...api, idOf, list };
}

test("a list has the newest requests first, and each filter narrows the list", async () => {
  const { idOf, list, decide } = await openList();
  const first = await idOf("robin");
  const second = await idOf("sam", "staging");
  const third = await idOf("robin", "staging");
  await decide("robin", first, "withdraw");
  const all = await list("");
  expect(all.ids).toEqual([third, second, first]);
  expect(all).toMatchObject({ status: 200, broken: [], next: null });
  expect(all.requests[2]).toMatchObject({
    requester: "robin@example.com",
    reason: "Restart the importer",
  });
  expect(all.requests[2]).not.toHaveProperty("messages");

  expect((await list("?person=Robin@Example.com")).ids).toEqual([third, first]);
  expect((await list("?target=staging")).ids).toEqual([third, second]);
  expect((await list("?person=robin@example.com&target=staging")).ids).toEqual([third]);
  expect((await list("?status=withdrawn")).ids).toEqual([first]);
  expect((await list("?person=sam@example.com&status=withdrawn")).ids).toEqual([]);
  expect((await list("?open=true")).ids).toEqual([third, second]);
  expect((await list("?open=true&status=withdrawn")).ids).toEqual([]);
  expect((await list("?person=robin@example.com&open=true")).ids).toEqual([third]);
});

test("the pages of a list have every request once", async () => {
  const { idOf, list } = await openList();
  const asked: string[] = [];
  for (let index = 0; index < 7; index += 1) asked.unshift(await idOf(index % 2 === 0 ? "robin" : "sam"));
  for (const filter of ["", "&target=prod-admins", "&status=asked"]) {
    const seen: string[] = [];
    let next: string | null = "";
    while (next !== null) {
      const page: Awaited<ReturnType<typeof list>> = await list(`?limit=2${filter}${next && `&to=${next}`}`);
      expect(page.ids.length).toBeGreaterThan(0);
      seen.push(...page.ids);
      next = page.next;
    }
    expect(seen).toEqual(asked);
  }
  const { times } = (await list("?limit=1")).requests[0];
  expect((await list(`?from=${times.asked}`)).ids).toEqual([asked[0]]);
  expect((await list("?from=2999-01-01")).ids).toEqual([]);
});

test("a record that makes no sense is listed as broken, and does not hide the others", async () => {
  const { idOf, list, breakRecord, show } = await openList();
  const id = await idOf("robin");
  const broken = `flow-${uuid}`;
  await breakRecord(broken, Date.now());
  const error = expect.stringMatching(
    new RegExp(`^The record ${broken} in the table of requests makes no sense.*; revoke the access manually`),
  );
  expect(await list("")).toMatchObject({
    status: 200,
    ids: [id],
    broken: [{ id: broken, error }],
    next: null,
  });
  expect(await show(broken)).toEqual({ status: 500, body: { error } });
});

test("bad input names the parameter, its value and the remedy", async () => {
  const { call } = await openApi();
  for (const [query, error] of [
    ["?person=robin", 'person is "robin", but must be one e-mail address, such as robin@example.com'],
    [
      "?target=Prod%20Admins",
      'target is "Prod Admins", but must be the key of a target, such as prod-admins',
    ],
    ["?status=done", 'status is "done", but must be one of asked, approved, '],
    ["?open=yes", 'open is "yes", but must be true, or be left out'],
    ["?from=yesterday", 'from is "yesterday", but must be a date or a time in UTC, such as 2026-01-31'],
    ["?to=2026-02-99", 'to is "2026-02-99", but must be a date'],
    ["?limit=0", 'limit is "0", but must be a whole number from 1 to 100'],
    ["?limit=101", 'limit is "101", but must be a whole number from 1 to 100'],
    [
      "?state=held",
      "state is not a field of this call; its fields are person, target, status, open, from, to, limit",
    ],
    ["?status=held&status=ended", "A parameter is given twice; give each parameter once"],
  ] as const) {
    const { status, body } = await call(arnOf("kim"), "GET", `/requests${query}`);
    expect({ status, error: body["error"] }).toEqual({ status: 400, error: expect.stringContaining(error) });
  }
});
