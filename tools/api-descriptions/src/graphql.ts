import { isDeepStrictEqual } from "node:util";
import { schema as gitHub } from "@octokit/graphql-schema";
import type { Exchange } from "@sym/stand-ins/kernel/record";
import {
  buildSchema,
  type DocumentNode,
  executeSync,
  GraphQLError,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  Kind,
  parse,
  validate,
} from "graphql";
import { readJson } from "./request.ts";
import type { Violation } from "./violation.ts";

type Found = Pick<Violation, "part" | "at" | "says">;

/** Violations of GitHub's GraphQL schema in a query, its variables and the data of the answer. */
export function graphqlViolations({ body, answer }: Exchange): Found[] {
  const { query = "", variables = {} } = Object(readJson(body)) as { query?: string; variables?: object };
  const checked = queries.get(query) ?? checkQuery(query);
  queries.set(query, checked);
  if ("errors" in checked) return checked.errors.map((error) => found("request", error));
  const { data } = Object(readJson(answer)) as { data?: unknown };
  return data === undefined || data === null ? [] : dataViolations(checked, { ...variables }, data);
}

type CheckedQuery = DocumentNode | { errors: readonly GraphQLError[] };

// The functions send few distinct queries, each many times.
const queries = new Map<string, CheckedQuery>();

function checkQuery(query: string): CheckedQuery {
  try {
    const document = parse(query);
    const errors = validate(gitHubSchema(), document);
    return errors.length > 0 ? { errors } : document;
  } catch (error) {
    if (error instanceof GraphQLError) return { errors: [error] };
    throw error;
  }
}

/** The query, executed on the data of the answer, must return exactly the same data. */
function dataViolations(
  document: DocumentNode,
  variableValues: Record<string, unknown>,
  data: unknown,
): Found[] {
  const schema = gitHubSchema();
  const result = executeSync({
    schema,
    document,
    rootValue: data,
    variableValues,
    typeResolver: typeThatIsAskedFor,
    fieldResolver: (object, _arguments, _context, { path }) => object[path.key],
  });
  if (result.errors) return result.errors.map((error) => found(error.path ? "answer" : "request", error));
  if (isDeepStrictEqual(JSON.parse(JSON.stringify(result.data)), data)) return [];
  return [{ part: "answer", at: "", says: "must hold the fields of the query, and no other" }];
}

let known: GraphQLSchema | undefined;

/** The schema takes about a second to read, so the first use reads the schema. */
function gitHubSchema(): GraphQLSchema {
  known ??= buildSchema(gitHub.idl, { assumeValidSDL: true });
  return known;
}

/** Answers do not name their types, so an object has the type of the query's fragment. */
function typeThatIsAskedFor(_value: unknown, _context: unknown, { fieldNodes }: GraphQLResolveInfo) {
  for (const selection of fieldNodes.flatMap((node) => node.selectionSet?.selections ?? []))
    if (selection.kind === Kind.INLINE_FRAGMENT) return selection.typeCondition?.name.value;
  return undefined;
}

function found(part: Found["part"], { message, path = [] }: GraphQLError): Found {
  const at = path.map((step) => (typeof step === "number" ? "/*" : `/${step}`)).join("");
  return { part, at, says: message };
}
