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
])("%s %s is the first route that fits, with the segments decoded", (method, path, route, parameters) => {
  expect(createRouter(routes)(method, path)).toEqual({ route, parameters });
});

test.each([
  ["DELETE", "/teams/ops"],
  ["GET", "/teams/"],
  ["GET", "/teams/ops/"],
  ["GET", "/teams/ops/members"],
  ["GET", "/v1x0/things:search"],
  ["GET", "/Teams/ops"],
])("%s %s is no route", (method, path) => {
  expect(createRouter(routes)(method, path)).toBeUndefined();
});

test("only the fixed parts of a path may be in any case, if a system takes that", () => {
  const find = createRouter(routes, { ignoreCase: true });
  expect(find("GET", "/TEAMS/Ops")).toEqual({ route: routes[0], parameters: { team: "Ops" } });
});
