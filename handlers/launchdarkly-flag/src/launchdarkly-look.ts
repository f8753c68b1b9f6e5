// Reads a flag and its place from LaunchDarkly.
import { type JsonClient, type JsonResponse, unexpectedResponse } from "@sym/http-client";
import { type Invocation, notFound, refused, type SymError } from "@sym/lambda-core";
import * as v from "valibot";
import type { Context, Place } from "./resolve.ts";

export const system = "LaunchDarkly";

const targets = v.optional(
  v.array(
    v.object({ values: v.array(v.string()), variation: v.number(), contextKind: v.optional(v.string()) }),
  ),
  [],
);
const environmentShape = v.object({
  on: v.boolean(),
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
export async function look(
  client: JsonClient,
  place: Place,
  invocation: Invocation,
): Promise<FlagThere & { ids: Ids }> {
  const project = `/api/v2/projects/${place.project}`;
  const [ofFlag, ofProject, ofEnvironment] = await Promise.all([
    client(invocation, "GET", `${flagPath(place)}?env=${place.environment}`),
    client(invocation, "GET", project),
    client(invocation, "GET", `${project}/environments/${place.environment}`),
  ]);
  // The project comes first: a token that sees a project sees its flags and environments.
  if (ofProject.status === 404) throw hiddenProject(place);
  const projectId = idIn(ofProject, `read project ${place.project}`);
  if (ofFlag.status === 404) throw noFlag(place);
  const flag = flagIn(ofFlag, place);
  if (ofEnvironment.status === 404) throw noEnvironment(place);
  const what = `read flag ${place.flag} in environment ${place.environment}`;
  const environmentId = idIn(ofEnvironment, what);
  const environment = flag.environments[place.environment];
  if (!environment) throw unexpectedResponse(system, ofFlag, what);
  const ids = {
    project: projectId,
    environment: environmentId,
    flag: `${place.flag}@${flag.creationDate}`,
  };
  return { flag, environment, ids };
}

/** Reads only the flag, in its environment. Undefined if the flag does not exist. */
export async function getFlag(
  client: JsonClient,
  place: Place,
  invocation: Invocation,
): Promise<FlagThere | undefined> {
  const response = await client(invocation, "GET", `${flagPath(place)}?env=${place.environment}`);
  if (response.status === 404) return undefined;
  const flag = flagIn(response, place);
  const environment = flag.environments[place.environment];
  return environment && { flag, environment };
}

/** The flag in the answer to a patch; undefined if the answer does not show the environment. */
export function flagAfter(response: JsonResponse, place: Place): FlagThere | undefined {
  const flag = parsed(flagShape, response, `change flag ${place.flag}`);
  const environment = flag.environments[place.environment];
  return environment && { flag, environment };
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

function flagIn(response: JsonResponse, { flag }: Place): Flag {
  if (response.status !== 200) throw unexpectedResponse(system, response, `read flag ${flag}`);
  return parsed(flagShape, response, `read flag ${flag}`);
}

function idIn(response: JsonResponse, what: string): string {
  if (response.status !== 200) throw unexpectedResponse(system, response, what);
  return parsed(idShape, response, what)._id;
}

/** Throws if the answer lacks required fields: a proxy sent the answer, not LaunchDarkly. */
export function parsed<S extends v.GenericSchema>(
  shape: S,
  response: JsonResponse,
  what: string,
): v.InferOutput<S> {
  const { success, output } = v.safeParse(shape, response.body);
  if (!success) throw unexpectedResponse(system, response, what);
  return output;
}
