import { isRequestId, type Person, type PersonsDecision } from "@sym/flow";
import { describeError, type LambdaContext, SymError } from "@sym/lambda-core";
import { flowLog } from "../log.ts";
import { required } from "../settings.ts";
import { ask } from "./ask.ts";
import { decide } from "./decide.ts";
import { type Answer, CallError, type HttpCall, httpAnswer, readBody, readCall } from "./http.ts";
import { list, show } from "./list.ts";
import { readPrincipals } from "./principals.ts";
import { listTargets } from "./targets.ts";

/** `person` identifies the caller, or throws. `id`: the request's id in the path. */
type Run = (call: HttpCall, person: () => Person, id: string) => Promise<Answer>;
type Route = { method: string; path: string; run: Run };

const deciding = (what: PersonsDecision["what"]): Route => ({
  method: "POST",
  path: `/requests/{id}/${what}`,
  run: (call, person, id) => decide(person(), id, what, readBody(call.body)),
});

const routes: Route[] = [
  { method: "POST", path: "/requests", run: (call, person) => ask(person(), readBody(call.body)) },
  { method: "GET", path: "/requests", run: ({ query }) => list(query) },
  { method: "GET", path: "/requests/{id}", run: (_call, _person, id) => show(id) },
  deciding("approve"),
  deciding("deny"),
  deciding("withdraw"),
  deciding("end"),
  { method: "GET", path: "/targets", run: (_, person) => listTargets(person()) },
];

/**
 * The API of the flow: requests and decisions by commands. API Gateway authenticates the caller with IAM. The log has the
 * method, the route, the request's id and the status: no text of a person.
 */
export async function api(event: unknown, { awsRequestId: request_id }: LambdaContext) {
  const log = flowLog(request_id);
  const call = readCall(event);
  const found = routeOf(call);
  const { status, body } = await answerTo(call, found).catch((error: unknown): Answer => {
    if (!(error instanceof CallError)) log("api-failed", describeError(error));
    else if (error.cause !== undefined) log("api-failed", describeError(error.cause));
    return failure(error, request_id);
  });
  const request = isRequestId(found?.id ?? "") ? found?.id : undefined;
  log("api", { method: found?.route.method, route: found?.route.path, request, status });
  return httpAnswer({ status, body });
}

type Found = { route: Route; id: string };

function routeOf({ method, path }: HttpCall): Found | undefined {
  const [, id = ""] = /^\/requests\/([^/]+)/.exec(path) ?? [];
  const template = id === "" ? path : path.replace(id, "{id}");
  const route = routes.find((one) => one.method === method && one.path === template);
  return route && { route, id };
}

async function answerTo(call: HttpCall, found: Found | undefined): Promise<Answer> {
  const { principal } = call;
  if (principal === undefined)
    throw new CallError(
      403,
      "API Gateway did not identify the caller; call the API through its IAM authorisation",
    );
  if (found === undefined)
    throw new CallError(
      404,
      "The API has no such call; packages/flow-functions/README.md lists the methods and paths",
    );
  return found.route.run(call, () => personBehind(principal), found.id);
}

function personBehind(principal: string): Person {
  const [person, ...others] = readPrincipals(required(process.env, "ALLOWED_PRINCIPALS"))(principal);
  if (person !== undefined && others.length === 0) return person;
  const why = others.length > 0 ? "is several people" : "is no person";
  throw new CallError(
    403,
    `Principal ${principal} ${why} in ALLOWED_PRINCIPALS; call with the role or user that has your e-mail in its ARN, or have the allowed principals of infra/flow corrected`,
  );
}

function failure(error: unknown, awsRequestId: string): Answer {
  if (error instanceof CallError) return { status: error.status, body: { error: error.message } };
  if (error instanceof SymError)
    return { status: error.retryable ? 503 : 500, body: { error: error.message } };
  const sentence = `The API failed unexpectedly; look up the Lambda request ${awsRequestId} in the log of its function`;
  return { status: 500, body: { error: sentence } };
}
