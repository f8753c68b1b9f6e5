type JsonObject = Record<string, unknown>;

/** Whether a value is a JSON object, neither a list nor null. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The text at a path; undefined if the payload has no own text there. A payload can be any value, also hostile. */
export function readText(payload: unknown, path: string[]): string | undefined {
  let value = payload;
  for (const key of path) {
    if (!isObject(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return typeof value === "string" ? value : undefined;
}

/** A copy of the payload with this value at a path. Replaces values along the path that are not objects. */
export function withField(payload: unknown, path: string[], value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  const object = isObject(payload) ? payload : {};
  const child = Object.hasOwn(object, key) ? object[key] : undefined;
  return { ...object, [key]: withField(child, rest, value) };
}

export const paths = {
  type: ["event", "type"],
  requester: ["run", "actors", "request", "username"],
  duration: ["fields", "duration"],
  setting: (name: string) => ["fields", "target", "settings", name],
};
