import { type Json, JsonError, jsonService } from "../aws/json-protocol.ts";
import type { Service } from "../aws/service.ts";

type Place = { region: string; account: string };

// The default, and the most, of GetParametersByPath.
const mostPerPage = 10;

/** Parameter Store's wire API: GetParameter, GetParametersByPath. https://docs.aws.amazon.com/systems-manager/latest/APIReference */
export function parametersService(parameters: Map<string, string>): Service {
  return jsonService(
    "AmazonSSM",
    {
      GetParameter: ({ Name }, place) => {
        const value = parameters.get(String(Name));
        if (value === undefined) throw new JsonError("ParameterNotFound", "");
        return { Parameter: parameter(String(Name), value, place) };
      },
      GetParametersByPath: (request, place) => byPath(parameters, request, place),
    },
    {
      AccessDenied: "AccessDeniedException",
      Throttling: "ThrottlingException",
      ServiceFailure: "InternalServerError",
    },
  );
}

function byPath(parameters: Map<string, string>, { Path, NextToken, MaxResults }: Json, place: Place): Json {
  const prefix = `${String(Path).replace(/\/$/, "")}/`;
  const children = [...parameters]
    .filter(([name]) => name.startsWith(prefix) && !name.slice(prefix.length).includes("/"))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const start = Number(NextToken ?? 0);
  const end = start + Number(MaxResults ?? mostPerPage);
  return {
    Parameters: children.slice(start, end).map(([name, value]) => parameter(name, value, place)),
    ...(end < children.length && { NextToken: String(end) }),
  };
}

function parameter(Name: string, Value: string, { region, account }: Place) {
  const ARN = `arn:aws:ssm:${region}:${account}:parameter${Name}`;
  return { Name, Type: "String", Value, Version: 1, LastModifiedDate: 1_700_000_000, ARN, DataType: "text" };
}
