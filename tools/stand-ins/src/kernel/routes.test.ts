import { expect, test } from "vitest";
import { createRouter } from "./routes.ts";

const routes = [
  { method: "GET", path: "/teams/{team}" },
  { method: "PUT", path: "/teams/{team}" },
  { method: "GET", path: "/teams/{team}/members/{member}" },
  { method: "GET", path: "/{kind}/newest" },
  { method: "GET", path: "/v1.0/things:search" },
];

test.each([
  ["GET", "/teams/a%20b", routes[0], { team: "a b" }],
  ["PUT", "/teams/a+b", routes[1], { team: "a+b" }],
  ["GET", "/teams/ops/members/robin%40example.com", routes[2], { team: "ops", member: "robin@example.com" }],
  ["GET", "/teams/newest", routes[0], { team: "newest" }],
  ["GET", "/flags/newest", routes[3], { kind: "flags" }],
  ["GET", "/v1.0/things:search", routes[4], {}],
  ["GET", "/teams/100%", routes[0], { team: "100%" }],
])("%s %s matches the first fitting route, with decoded segments", (method, path, route, parameters) => {
  expect(createRouter(routes)(method, path)).toEqual({ route, parameters });
});

test.each([
  ["DELETE", "/teams/ops"],
  ["GET", "/teams/"],
  ["GET", "/teams/ops/"],
  ["GET", "/teams/ops/members"],
  ["GET", "/v1x0/things:search"],
  ["GET", "/Teams/ops"],
])("%s %s matches no route", (method, path) => {
  expect(createRouter(routes)(method, path)).toBeUndefined();
});

test("a case-insensitive system ignores case only in the fixed parts of a path", () => {
  const find = createRouter(routes, { ignoreCase: true });
  expect(find("GET", "/TEAMS/Ops")).toEqual({ route: routes[0], parameters: { team: "Ops" } });
});
