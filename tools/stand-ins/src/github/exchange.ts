import { authorize, type GitHubCaller } from "./credentials.ts";
import {
  type Access,
  findOrganization,
  findTeam,
  type GitHubState,
  type Organization,
  organizationById,
  type Team,
  teamById,
} from "./state.ts";

export type GitHubExchange = {
  state: GitHubState;
  caller: GitHubCaller;
  /** By name, as in the route's path; decoded. */
  parameters: Record<string, string>;
  query: URLSearchParams;
  body: unknown;
};

/** The organisation of the path. Throws if the caller does not have this access to its members. */
export function permitted(exchange: GitHubExchange, access: Access): Organization {
  const organization = organizationOf(exchange);
  authorize(exchange.state, exchange.caller, organization, access);
  return organization;
}

export function permittedTeam(
  exchange: GitHubExchange,
  access: Access,
): { organization: Organization; team: Team } {
  const { state, caller, parameters } = exchange;
  const organization = organizationOf(exchange);
  authorize(state, caller, organization, "read");
  const { team_slug: slug, team_id: id } = parameters;
  const found =
    slug === undefined ? teamById(state, organization, Number(id)) : findTeam(state, organization, slug);
  authorize(state, caller, organization, access, found);
  return { organization, team: found };
}

function organizationOf({ state, parameters }: GitHubExchange): Organization {
  const { org, org_id: id } = parameters;
  return org === undefined ? organizationById(state, Number(id)) : findOrganization(state, org);
}
