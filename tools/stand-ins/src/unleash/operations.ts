// The operations of Unleash's admin API in use, by the ids of its OpenAPI document.
import { createRouter, type Route } from "../kernel/routes.ts";

const feature = "/api/admin/projects/{project}/features/{feature}";
const environment = `${feature}/environments/{environment}`;

const operations: (Route & { action: string })[] = [
  { action: "getFeature", method: "GET", path: feature },
  { action: "getFeatureEnvironment", method: "GET", path: environment },
  { action: "validateFeature", method: "POST", path: "/api/admin/features/validate" },
  { action: "addFeatureStrategy", method: "POST", path: `${environment}/strategies` },
  { action: "deleteFeatureStrategy", method: "DELETE", path: `${environment}/strategies/{strategy}` },
  { action: "toggleFeatureEnvironmentOn", method: "POST", path: `${environment}/on` },
  { action: "toggleFeatureEnvironmentOff", method: "POST", path: `${environment}/off` },
];

const find = createRouter(operations);

type UnleashOperation = { action: string; route: string; parameters: Record<string, string> };

/** The operation of a request, with the parameters of its path. */
export function operationOf(method: string, path: string): UnleashOperation {
  const match = find(method, path);
  if (!match) return { action: "unknown", route: `${method} ${path}`, parameters: {} };
  const { action, path: template } = match.route;
  return { action, route: `${method} ${template}`, parameters: match.parameters };
}
