import { randomUUID } from "node:crypto";
import { constraintError, queryService, requireParameter } from "../aws/query-protocol.ts";
import type { Service } from "../aws/service.ts";

/** A published message, with the text of each attribute. */
export type Published = {
  topicArn: string;
  subject: string;
  message: string;
  attributes: Record<string, string>;
};

/** SNS's wire API: Publish, to any topic. https://docs.aws.amazon.com/sns/latest/api */
export function topicsService(published: Published[]): Service {
  return queryService("2010-03-31", "http://sns.amazonaws.com/doc/2010-03-31/", {
    Publish: (parameters) => {
      const message = requireParameter(parameters, "Message");
      if (message === "") throw constraintError("message", message, "Member must not be empty");
      published.push({
        topicArn: parameters["TopicArn"] ?? "",
        subject: parameters["Subject"] ?? "",
        message,
        attributes: attributesIn(parameters),
      });
      return { MessageId: randomUUID() };
    },
  });
}

/** `MessageAttributes.entry.1.Name`, and `MessageAttributes.entry.1.Value.StringValue`. */
function attributesIn(parameters: Record<string, string>): Record<string, string> {
  const names = Object.entries(parameters).flatMap(([key, name]) => {
    const [, index] = /^MessageAttributes\.entry\.(\d+)\.Name$/.exec(key) ?? [];
    return index === undefined ? [] : [{ index, name }];
  });
  return Object.fromEntries(
    names.map(({ index, name }) => [
      name,
      parameters[`MessageAttributes.entry.${index}.Value.StringValue`] ?? "",
    ]),
  );
}
