// API Gateway's HTTP API, payload format 2.0.
// Source: "Working with AWS Lambda proxy integrations for HTTP APIs" in the developer guide of API Gateway.
import * as v from "valibot";

/** One call of the API. `principal`: the ARN of the caller, whom API Gateway has authenticated; undefined for nobody. */
export type HttpCall = {
  principal: string | undefined;
  method: string;
  path: string;
  query: string;
  body: Body;
};

type Body = { text: string; isBase64: boolean };

export type Answer = { status: number; body: object };

/** A call that the API answers with this status and this sentence. */
export class CallError extends Error {
  override readonly name = "CallError";
  readonly status: number;

  constructor(status: number, sentence: string, cause?: unknown) {
    super(sentence, { cause });
    this.status = status;
  }
}

/** A call with a field that the API does not accept. `problem`: the field, its value and the remedy. */
export function badCall(problem: string): CallError {
  return new CallError(400, problem);
}

const principalShape = v.object({
  requestContext: v.object({
    authorizer: v.object({ iam: v.object({ userArn: v.pipe(v.string(), v.nonEmpty()) }) }),
  }),
});

const callShape = v.object({
  rawPath: v.string(),
  rawQueryString: v.optional(v.string(), ""),
  body: v.nullish(v.string(), ""),
  isBase64Encoded: v.nullish(v.boolean(), false),
  requestContext: v.object({ stage: v.string(), http: v.object({ method: v.string() }) }),
});

/** Reads an event of API Gateway. An event in another form has no principal and no path. */
export function readCall(event: unknown): HttpCall {
  const caller = v.safeParse(principalShape, event);
  const principal = caller.success ? caller.output.requestContext.authorizer.iam.userArn : undefined;
  const parsed = v.safeParse(callShape, event);
  if (!parsed.success)
    return { principal, method: "", path: "", query: "", body: { text: "", isBase64: false } };
  const { rawPath, rawQueryString: query, body, isBase64Encoded, requestContext } = parsed.output;
  const { stage, http } = requestContext;
  const path = rawPath.startsWith(`/${stage}/`) ? rawPath.slice(stage.length + 1) : rawPath;
  return { principal, method: http.method, path, query, body: { text: body, isBase64: isBase64Encoded } };
}

const longestBody = 16_000;

/** The JSON object in a body; an empty object for an empty body. */
export function readBody({ text, isBase64 }: Body): unknown {
  const bytes = Buffer.from(text, isBase64 ? "base64" : "utf8");
  if (bytes.length > longestBody)
    throw new CallError(413, `The body has ${bytes.length} bytes; send at most ${longestBody}`);
  const value = bytes.length === 0 ? {} : jsonIn(bytes);
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw badCall('The body must be a JSON object in UTF-8, such as {"target":"prod-admins","duration":"30m"}');
}

/** Undefined if the bytes are not JSON in UTF-8. */
function jsonIn(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

/** The answer in API Gateway's form. */
export function httpAnswer({ status, body }: Answer) {
  return {
    statusCode: status,
    headers: { "content-type": "application/json", "cache-control": "no-store" },
    body: JSON.stringify(body),
  };
}

/** Reads the fields of a call. Throws the first fault: the field, its value and the remedy. */
export function readFields<E extends v.ObjectEntries>(
  shape: v.StrictObjectSchema<E, undefined>,
  input: unknown,
) {
  const parsed = v.safeParse(shape, input);
  if (parsed.success) return parsed.output;
  throw badCall(faultOf(parsed.issues[0], Object.keys(shape.entries)));
}

function faultOf({ path, type, expected, input, message }: v.BaseIssue<unknown>, known: string[]): string {
  const field = preview(path?.[0]?.key).replaceAll('"', "");
  if (type === "strict_object" && expected === "never")
    return `${field} is not a field of this call; ${known.length > 0 ? `its fields are ${known.join(", ")}` : "it has no fields"}`;
  if (input === undefined) return `${field} is missing; add ${field}`;
  return `${field} is ${preview(input)}, but ${message}`;
}

const longestPreview = 80;

function preview(value: unknown): string {
  const text = JSON.stringify(value) ?? "";
  return text.length > longestPreview ? `${text.slice(0, longestPreview)}...` : text;
}
