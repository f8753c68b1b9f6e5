import { PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { CreateSecretCommand } from "@aws-sdk/client-secrets-manager";
import { CreateTopicCommand, SubscribeCommand } from "@aws-sdk/client-sns";
import { type Finished, runScript } from "@sym/command-line/front-door.test-support";
import { startInBetween } from "@sym/stand-ins/in-between";
import { startSandbox } from "@sym/stand-ins/sandbox";
import { timed } from "./deploy.test-support.ts";
import { createDeployment } from "./deployment.ts";
import { clientsOf, type Scene } from "./doctor-changes.test-support.ts";
import { loadStories, terraformName } from "./handlers.ts";
import { startInvokingMoto } from "./invoking-moto.test-support.ts";
import type { Tools } from "./tools.ts";

/**
 * An account in moto to which `infra/aws` is applied, whose functions run, and whose alarms have a subscriber. The target
 * systems are the sandbox's. `run` runs a command of the workspace on the account.
 */
export type DeployedAccount = Awaited<ReturnType<typeof openDeployedAccount>>;

export async function openDeployedAccount(tools: Tools, handlers: string[]) {
  const stories = (await loadStories()).filter(({ handler }) => handlers.includes(handler));
  const sandbox = await startSandbox();
  for (const story of stories) await story.seed(sandbox);
  const deployment = await createDeployment(tools);
  const aws = clientsOf(deployment.moto.url);
  const { TopicArn = "" } = await aws.sns.send(new CreateTopicCommand({ Name: "access-alarms" }));
  await aws.sns.send(new SubscribeCommand({ TopicArn, Protocol: "email", Endpoint: "ops@example.com" }));
  const secretName = sandbox.env.GITHUB_PRIVATE_KEY_SECRET;
  await aws.secrets.send(new CreateSecretCommand({ Name: secretName, SecretString: "key" }));
  const variables = {
    region: "us-east-1",
    alarm_topic_arn: TopicArn,
    saved_queries: false, // moto knows no saved queries.
    runtime_external_id: "5f0c7a52-0000-4000-8000-000000000001",
    ...Object.fromEntries(stories.map((story) => [terraformName(story.handler), story.variable(sandbox)])),
  };
  await timed("applied", () => deployment.apply(variables));
  for (const { handler } of stories) {
    const Dimensions = [{ Name: "function", Value: `sym-${handler}` }];
    // A minute ago: moto reads statistics to the last whole second, and the doctor may start within this second.
    const Timestamp = new Date(Date.now() - 60_000);
    const MetricData = [{ MetricName: "Sweeps", Value: 1, Dimensions, Timestamp }];
    await aws.cloudWatch.send(new PutMetricDataCommand({ Namespace: "SymHandlers", MetricData }));
  }
  const { AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = sandbox.env;
  const servers = { AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_DYNAMODB: deployment.moto.url };
  const keys = { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY };
  const others = (name: string) =>
    stories.find(({ handler }) => name === `sym-${handler}`)?.servers?.(sandbox) ?? {};
  const invoking = await startInvokingMoto({
    moto: deployment.moto,
    environmentOf: (name) => ({ ...servers, ...keys, ...others(name) }),
  });
  const between = await startInBetween();
  between.passTo(invoking.url);
  const scene: Scene = { aws, between, invoking, secretName };
  const environment = {
    ...deployment.moto.environment,
    AWS_ENDPOINT_URL: between.url,
    AWS_MAX_ATTEMPTS: "1",
  };
  return {
    sandbox,
    deployment,
    scene,
    stories,
    variables,
    run: (script: Parameters<typeof runScript>[0], ...args: string[]): Promise<Finished> =>
      runScript(script, args, { environment }),
    async close() {
      await between.close();
      await invoking.close();
      await deployment.close();
      await sandbox.close();
    },
  };
}
