// A typical handler for the same job: Middy, Powertools' logger and parser, and the SDK imported as in the SDK's guide.
// Only for comparison, and never deployed: the lease is kept without locks, intents or a sweep.
import { Logger } from "@aws-lambda-powertools/logger";
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import { parser } from "@aws-lambda-powertools/parser/middleware";
import { DeleteItemCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import {
  AddUserToGroupCommand,
  GetUserCommand,
  IAMClient,
  RemoveUserFromGroupCommand,
} from "@aws-sdk/client-iam";
import middy from "@middy/core";
import { z } from "zod";

const logger = new Logger({ serviceName: "iam-group" });
const iam = new IAMClient({});
const dynamoDb = new DynamoDBClient({});
const TableName = process.env["LEASES_TABLE"];

const schema = z.object({
  run: z.object({ srn: z.string(), actors: z.object({ request: z.object({ username: z.string() }) }) }),
  event: z.object({ type: z.enum(["escalate", "deescalate"]) }),
  fields: z.object({
    duration: z.coerce.number().optional(),
    target: z.object({ settings: z.object({ group_name: z.string() }) }),
  }),
});
type Request = z.infer<typeof schema>;

export const handler = middy()
  .use(injectLambdaContext(logger))
  .use(parser({ schema }))
  .handler(async ({ run, event, fields }: Request) => {
    const membership = {
      UserName: run.actors.request.username,
      GroupName: fields.target.settings.group_name,
    };
    const Key = { pk: { S: `peer#${membership.UserName}#${membership.GroupName}` } };
    await iam.send(new GetUserCommand({ UserName: membership.UserName }));
    const { Item } = await dynamoDb.send(new GetItemCommand({ TableName, Key }));
    if (event.type === "escalate") {
      await dynamoDb.send(new PutItemCommand({ TableName, Item: { ...Key, run: { S: run.srn } } }));
      await iam.send(new AddUserToGroupCommand(membership));
    } else if (Item) {
      await iam.send(new RemoveUserFromGroupCommand(membership));
      await dynamoDb.send(new DeleteItemCommand({ TableName, Key }));
    }
    logger.info("done", { type: event.type });
    return { body: { message: `${event.type} of ${membership.GroupName} is done.` }, errors: [] };
  });
