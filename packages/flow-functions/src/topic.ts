import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { answerTo, clientDefaults } from "@sym/aws";
import type { AccessRequest, Message, Telling } from "@sym/flow";
import { countMessage } from "./log.ts";

const longestSubject = 100; // SNS, Publish.

/**
 * Publishes messages to an SNS topic. The attributes let a subscription filter: `kind`, `to`, `target`, and `requester`. Counts a
 * message before its publication, so that an alarm about a message does not depend on the topic.
 */
export function topicAt(topicArn: string) {
  const client = new SNSClient(clientDefaults);
  return async ({ kind, to, text }: Message, request: AccessRequest): Promise<Telling> => {
    countMessage(kind, request.id);
    const command = new PublishCommand({
      TopicArn: topicArn,
      Subject: subjectOf(request),
      Message: text,
      MessageAttributes: {
        kind: attribute(kind),
        to: attribute(to),
        target: attribute(request.target),
        requester: attribute(request.requester),
      },
    });
    await answerTo({ action: "sns:Publish", on: `topic ${topicArn}` }, client.send(command));
    return {};
  };
}

/** SNS accepts a subject of printable ASCII only. */
function subjectOf({ id, target }: AccessRequest): string {
  return `Access to ${target}: ${id}`.slice(0, longestSubject);
}

function attribute(StringValue: string) {
  return { DataType: "String", StringValue };
}
