import { misconfigured } from "@sym/lambda-core";

/** Where Slack is, and whom the flow trusts there. */
export type SlackSettings = {
  /** The base URL of Slack's Web API. */
  apiUrl: string;
  /** Name or ARN of the secret with the bot token and the signing secret. */
  secretName: string;
  /** The workspace whose members ask and decide. */
  teamId: string;
  /** A person's e-mail has one of these domains, in lower case. */
  emailDomains: readonly string[];
};

type Environment = Record<string, string | undefined>;

/** Reads the `SLACK_` variables. Undefined without `SLACK_SECRET`: the flow then does not use Slack. */
export function readSlackSettings(env: Environment): SlackSettings | undefined {
  const { SLACK_SECRET: secretName, SLACK_API_URL: apiUrl = "https://slack.com/api/" } = env;
  if (!secretName) return undefined;
  // The bot token must not travel unencrypted, except within this machine.
  if (!/^(https:\/\/[^/?#]+|http:\/\/127\.0\.0\.1:\d+)\/api\/$/.test(apiUrl))
    throw misconfigured(`SLACK_API_URL is ${apiUrl}, but must be an https URL that ends in /api/`);
  const { SLACK_TEAM_ID: teamId = "", SLACK_EMAIL_DOMAINS: domains = "" } = env;
  if (!/^T[A-Z\d]+$/.test(teamId))
    throw misconfigured(`SLACK_TEAM_ID is "${teamId}", but must be the id of a workspace, such as T0123ABCD`);
  const emailDomains = domains.toLowerCase().split(",");
  const wrong = emailDomains.find((domain) => !/^[a-z\d-]+(\.[a-z\d-]+)+$/.test(domain));
  if (wrong !== undefined)
    throw misconfigured(
      `SLACK_EMAIL_DOMAINS has "${wrong}", but must be domains with commas between, such as example.com,example.org`,
    );
  return { apiUrl, secretName, teamId, emailDomains };
}
