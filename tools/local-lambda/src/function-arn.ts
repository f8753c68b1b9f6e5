import { paths, readText } from "@sym/test-payloads/payload-fields";

const DEFAULT = "arn:aws:lambda:us-east-1:123456789012:function:sym-access";

/** The ARN that the payload was made for, if it reads as one: the local Lambda then is that function. */
export function functionArnOf(payload: unknown): string {
  const arn = readText(payload, paths.setting("arn")) ?? "";
  return /^arn:[\w-]+:lambda:[\w-]+:\d+:function:[\w:$-]+$/.test(arn) ? arn : DEFAULT;
}

export function regionOf(arn: string): string {
  return arn.split(":")[3] ?? "";
}
