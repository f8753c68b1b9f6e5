import { paths, readText } from "@sym/test-payloads/payload-fields";

const DEFAULT = "arn:aws:lambda:us-east-1:123456789012:function:sym-access";

/** The function's ARN in the payload, if valid, or a default. The local Lambda runs under this ARN. */
export function functionArnOf(payload: unknown): string {
  const arn = readText(payload, paths.setting("arn")) ?? "";
  return /^arn:[\w-]+:lambda:[\w-]+:\d+:function:[\w:$-]+$/.test(arn) ? arn : DEFAULT;
}

export function regionOf(arn: string): string {
  return arn.split(":")[3] ?? "";
}
