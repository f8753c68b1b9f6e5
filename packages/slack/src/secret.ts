import { readSecret } from "@sym/http-client";
import { misconfigured, unavailable } from "@sym/lambda-core";
import * as v from "valibot";

export type SlackSecret = { botToken: string; signingSecret: string };

const shape = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    bot_token: v.pipe(v.string(), v.regex(/^xoxb-[\w-]+$/)),
    signing_secret: v.pipe(v.string(), v.regex(/^[\da-f]{16,128}$/)),
  }),
);

/** A cold function takes a second of this time for its own start. */
const readTimeoutMs = 2_500;
/** A refused secret is read again only after this time, so that forged events do not cause reads. */
const shortestAgeMs = 15_000;

/** A signing secret that was replaced, such as after a leak, is accepted for this time at most. */
const longestAgeMs = 5 * 60 * 1_000;

/** The secret of the Slack app, cached while the function is warm. */
export function slackSecret(secretName: string) {
  let kept: { value: Promise<SlackSecret>; at: number } | undefined;

  function read(): Promise<SlackSecret> {
    const value = load(secretName);
    const entry = { value, at: Date.now() };
    kept = entry;
    value.catch(() => {
      if (kept === entry) kept = undefined;
    });
    return value;
  }

  function get(): Promise<SlackSecret> {
    return kept !== undefined && Date.now() < kept.at + longestAgeMs ? kept.value : read();
  }

  /** Uses the secret. After a refusal, uses a newer secret once, if there is a newer one. */
  async function renewing<T>(
    use: (secret: SlackSecret) => Promise<T>,
    isRefused: (outcome: PromiseSettledResult<T>) => boolean,
  ): Promise<T> {
    const used = await get();
    const [outcome] = await Promise.allSettled([use(used)]);
    const isOld = kept !== undefined && Date.now() >= kept.at + shortestAgeMs;
    if (isRefused(outcome) && isOld) {
      const newer = await read();
      if (newer.botToken !== used.botToken || newer.signingSecret !== used.signingSecret) return use(newer);
    }
    if (outcome.status === "rejected") throw outcome.reason;
    return outcome.value;
  }

  return { renewing };
}

async function load(name: string): Promise<SlackSecret> {
  const missing = (cause: unknown) =>
    unavailable(
      `SLACK_SECRET names the secret ${name}, which does not exist; create the secret, or correct slack.secret_arn in infra/flow`,
      { cause },
    );
  const text = await readSecret(name, AbortSignal.timeout(readTimeoutMs), missing);
  const parsed = v.safeParse(shape, text);
  if (parsed.success)
    return { botToken: parsed.output.bot_token, signingSecret: parsed.output.signing_secret };
  throw misconfigured(
    `secret ${name} must be JSON such as {"bot_token":"xoxb-…","signing_secret":"…"}, with the bot token and the signing secret of the Slack app`,
  );
}
