import { unescape as decode } from "node:querystring";

/** A method and a template of a path, in which `{name}` stands for one segment: `/orgs/{org}/teams/{team}`. */
export type Route = { method: string; path: string };

/** `parameters`: the named segments of the path, decoded. */
export type RouteMatch<R extends Route> = { route: R; parameters: Record<string, string> };

/** Finds the first matching route. With `ignoreCase`, the fixed parts of a path match in any case. */
export function createRouter<R extends Route>(
  routes: R[],
  options: { ignoreCase?: boolean } = {},
): (method: string, path: string) => RouteMatch<R> | undefined {
  const matchers = routes.map((route) => ({
    route,
    pattern: new URLPattern({ pathname: patternOf(route.path) }, options),
  }));
  return (method, path) => {
    for (const { route, pattern } of matchers) {
      const match = route.method === method ? pattern.exec({ pathname: path }) : null;
      if (match) return { route, parameters: decoded(match.pathname.groups) };
    }
    return undefined;
  };
}

/** URLPattern writes `{:name}` for a segment, and its special characters with a backslash. */
function patternOf(template: string): string {
  return template
    .split(/(\{\w+\})/)
    .map((part) =>
      /^\{\w+\}$/.test(part) ? `{:${part.slice(1, -1)}}` : part.replace(/[\\:*+?(){}]/g, "\\$&"),
    )
    .join("");
}

function decoded(groups: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(groups).map(([name, value = ""]) => [name, decode(value)]));
}
