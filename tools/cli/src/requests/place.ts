import { UsageError } from "@sym/command-line/usage-error";

/** The flow's API. `address` without a slash at its end. */
export type ApiPlace = { address: string; region: string; timeoutMilliseconds: number };

/** API Gateway answers after 30 seconds at the latest. */
const defaultTimeoutSeconds = 35;
const longestTimeoutSeconds = 600;

const example = "https://a1b2c3d4e5.execute-api.us-east-1.amazonaws.com";

type Options = { api: string | undefined; region: string | undefined; timeout: string | undefined };

/** The API of a command line: its address from --api or SYM_FLOW_API, and its region from the address or as in AWS's tools. */
export function readPlace({ api, region, timeout }: Options, env: NodeJS.ProcessEnv): ApiPlace {
  const text = api ?? env["SYM_FLOW_API"];
  if (!text)
    throw new UsageError(
      `The address of the flow's API is missing. Set SYM_FLOW_API or --api to the address that infra/flow puts out, such as ${example}.`,
    );
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isLoopback = url?.hostname === "127.0.0.1" || url?.hostname === "localhost";
  if (
    url === undefined ||
    (url.protocol !== "https:" && !isLoopback) ||
    url.username !== "" ||
    url.search !== ""
  )
    throw new UsageError(
      `${text} is not the address of the flow's API. Set --api to an address such as ${example}.`,
    );
  const [, ofAddress] = /\.execute-api\.([a-z\d-]+)\.amazonaws\.com(?:\.cn)?$/.exec(url.hostname) ?? [];
  const chosen = ofAddress ?? region ?? env["AWS_REGION"] ?? env["AWS_DEFAULT_REGION"];
  if (!chosen)
    throw new UsageError(
      `The region of ${text} is not known. Set --region or AWS_REGION to the region of the API.`,
    );
  if (region !== undefined && ofAddress !== undefined && region !== ofAddress)
    throw new UsageError(
      `--region ${region} is not the region ${ofAddress} of the address. Leave out --region.`,
    );
  return {
    address: `${url.origin}${url.pathname}`.replace(/\/+$/, ""),
    region: chosen,
    timeoutMilliseconds: 1_000 * readTimeout(timeout),
  };
}

function readTimeout(text: string | undefined): number {
  if (text === undefined) return defaultTimeoutSeconds;
  const seconds = Number(text);
  if (seconds > 0 && seconds <= longestTimeoutSeconds) return seconds;
  throw new UsageError(
    `--timeout ${text} is not a number of seconds up to ${longestTimeoutSeconds}. Write --timeout 60, for example.`,
  );
}
