import { type createLog, describeError, SymError } from "@sym/lambda-core";
import { notificationText, paragraph } from "@sym/slack";

/** What a person reads after a click, as the content of a message that only this person sees. */
export function shown(sentence: string) {
  const text = /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
  return { text: notificationText(text), blocks: [paragraph(text)] };
}

/** The sentence for a failed click. An unexpected error is logged, and shows only the id of the Lambda request. */
export function sentenceOf(error: unknown, requestId: string, log: ReturnType<typeof createLog>): string {
  if (error instanceof SymError && error.reason === "refused" && !isMisconfigured(error))
    return error.message;
  log("click-failed", describeError(error));
  if (error instanceof SymError) return error.message;
  return `The flow failed unexpectedly; look up the Lambda request ${requestId} in the log of its function`;
}

function isMisconfigured({ message }: SymError): boolean {
  return message.startsWith("This function is misconfigured");
}
