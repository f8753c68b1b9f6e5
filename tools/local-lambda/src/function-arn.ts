import { UsageError } from "@sym/command-line/usage-error";
import { paths, readText } from "@sym/test-payloads/payload-fields";

const DEFAULT = "arn:aws:lambda:us-east-1:123456789012:function:sym-access";

/** The function's ARN in the payload, if valid, or a default. The local Lambda runs under this ARN. */
export function functionArnOf(payload: unknown): string {
  const arn = readText(payload, paths.setting("arn")) ?? "";
  return /^arn:[\w-]+:lambda:[\w-]+:\d+:function:[\w:$-]+$/.test(arn) ? arn : DEFAULT;
}

/** A function as a person names it. `region` and `account` are undefined if the text leaves them out. */
export type NamedFunction = { name: string; region: string | undefined; account: string | undefined };

/** Lambda's own form of a name: a name, an ARN or the end of an ARN, perhaps with an alias or a version. */
const functionForm =
  /^(?:arn:[\w-]+:lambda:([a-z\d-]+):(?=\d))?(?:(\d{12}):(?:function:)?|function:)?(?!arn:)([\w-]{1,140})(?::(?:\$LATEST|[\w-]+))?$/;

/** Reads the name or the ARN of a function. Throws a usage error for any other text. */
export function readFunctionName(text: string): NamedFunction {
  const [, region, account, name] = functionForm.exec(text) ?? [];
  if (name !== undefined) return { name, region, account };
  throw new UsageError(
    `${text} is no name and no ARN of a function. Write --function-name sym-iam-group, or an ARN such as ${DEFAULT}.`,
  );
}

export function regionOf(arn: string): string {
  return arn.split(":")[3] ?? "";
}
