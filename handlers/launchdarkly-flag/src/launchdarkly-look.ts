// Reads a flag and its place from LaunchDarkly.
import type { Place } from "@sym/flags";
import { bodyOf, type Caller, type JsonResponse, unexpectedResponse } from "@sym/http-client";
import { absent, notFound, refused, type State, type SymError } from "@sym/lambda-core";
import * as v from "valibot";
import type { Context } from "./resolve.ts";

const targets = v.optional(
  v.array(
    v.object({ values: v.array(v.string()), variation: v.number(), contextKind: v.optional(v.string()) }),
  ),
  [],
);
const actions = v.array(v.object({ action: v.string() }));
const environmentShape = v.object({
  on: v.boolean(),
  /** The actions on the flag in the environment that the token's role allows or denies, as far as LaunchDarkly shows the actions. */
  _access: v.optional(v.object({ allowed: actions, denied: actions })),
  targets,
  contextTargets: targets,
  rules: v.optional(v.array(v.unknown()), []),
  fallthrough: v.optional(v.object({ variation: v.optional(v.number()) }), {}),
  prerequisites: v.optional(v.array(v.object({ key: v.string(), variation: v.number() })), []),
});
const flagShape = v.object({
  archived: v.optional(v.boolean(), false),
  creationDate: v.number(),
  variations: v.array(v.object({ _id: v.string(), name: v.optional(v.string()), value: v.unknown() })),
  environments: v.record(v.string(), environmentShape),
});
const idShape = v.object({ _id: v.string() });

export type Flag = v.InferOutput<typeof flagShape>;
export type FlagEnvironment = Flag["environments"][string];
/** A flag, and its settings in an environment. */
export type FlagThere = { flag: Flag; environment: FlagEnvironment };
/** Ids that distinguish a project, an environment and a flag from earlier or later resources with the same keys. */
export type Ids = { project: string; environment: string; flag: string };

export function flagPath({ project, flag }: Pick<Place, "project" | "flag">): string {
  return `/api/v2/flags/${project}/${flag}`;
}

/** Reads a flag with the ids of its place, in a single round of calls. Throws if the flag or its place does not exist. */
export async function look({ client, invocation }: Caller, place: Place): Promise<FlagThere & { ids: Ids }> {
  const project = `/api/v2/projects/${place.project}`;
  const [ofFlag, ofProject, ofEnvironment] = await Promise.all([
    client(invocation, "GET", `${flagPath(place)}?env=${place.environment}`),
    client(invocation, "GET", project),
    client(invocation, "GET", `${project}/environments/${place.environment}`),
  ]);
  // The project comes first: a token that sees a project sees its flags and environments.
  if (ofProject.status === 404) throw hiddenProject(place);
  const { _id: projectId } = bodyOf(idShape, ofProject, `read project ${place.project}`);
  if (ofFlag.status === 404) throw noFlag(place);
  const flag = bodyOf(flagShape, ofFlag, `read flag ${place.flag}`);
  if (ofEnvironment.status === 404) throw noEnvironment(place);
  const what = `read flag ${place.flag} in environment ${place.environment}`;
  const { _id: environmentId } = bodyOf(idShape, ofEnvironment, what);
  const environment = flag.environments[place.environment];
  if (!environment) throw unexpectedResponse(ofFlag, what);
  const flagId = `${place.flag}@${flag.creationDate}`;
  return { flag, environment, ids: { project: projectId, environment: environmentId, flag: flagId } };
}

/** Reads only the flag, in its environment. Undefined if the flag does not exist. */
export async function getFlag({ client, invocation }: Caller, place: Place): Promise<FlagThere | undefined> {
  const response = await client(invocation, "GET", `${flagPath(place)}?env=${place.environment}`);
  return response.status === 404 ? undefined : flagIn(response, place, "read");
}

/** The flag in an answer; undefined if the answer does not show the environment. */
export function flagIn(
  response: JsonResponse,
  place: Place,
  action: "read" | "change",
): FlagThere | undefined {
  const flag = bodyOf(flagShape, response, `${action} flag ${place.flag}`);
  const environment = flag.environments[place.environment];
  return environment && { flag, environment };
}

/** The state of a context, or of the targeting for all users. */
export function stateOf({ flag, environment }: FlagThere, context: Context | undefined): State {
  if (!context) return environment.on ? "on" : "off";
  const index = targetIndex(environment, context);
  return (index === undefined ? undefined : flag.variations[index]?._id) ?? absent;
}

/** The index of the variation of a context's individual target. LaunchDarkly allows at most a single target. */
export function targetIndex({ targets, contextTargets }: FlagEnvironment, context: Context) {
  return [...targets, ...contextTargets].find(
    ({ values, contextKind = "user" }) => contextKind === context.kind && values.includes(context.key),
  )?.variation;
}

export function noFlag({ flag, project }: Place): SymError {
  return notFound(
    "resource",
    `LaunchDarkly project ${project} has no flag ${flag}; correct the target's setting flag`,
  );
}

function noEnvironment({ project, environment }: Place): SymError {
  return notFound(
    "resource",
    `LaunchDarkly project ${project} has no environment ${environment}; correct the target's setting environment`,
  );
}

function hiddenProject({ project }: Place): SymError {
  return refused(
    `There is no LaunchDarkly project ${project} that the token can see; correct the target's setting project, or let the token's role view the project`,
  );
}
