import { type Person, personOf } from "@sym/flow";
import { misconfigured } from "@sym/lambda-core";
import * as v from "valibot";

/** The persons whom the patterns see in a principal's ARN; empty if no pattern names a person. */
export type Principals = (arn: string) => Person[];

/** What a name of an IAM user or of a role's session can hold. Source: IAM and STS, "userName" and "RoleSessionName". */
const emailInArn = "([\\w+=,.@-]+)";
const anyText = "[^/:]*";

const example = "arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Access_0123456789abcdef/{email}";
const listShape = v.pipe(v.string(), v.parseJson(), v.array(v.string()));

/**
 * Reads ALLOWED_PRINCIPALS: a JSON list of patterns of ARNs. In a pattern, `{email}` is the person's e-mail, `*` is any text
 * without / and :, and every other character stands for itself. With an empty list, nobody asks or decides by commands.
 */
export function readPrincipals(text: string): Principals {
  const parsed = v.safeParse(listShape, text);
  if (!parsed.success)
    throw misconfigured(`ALLOWED_PRINCIPALS must be a JSON list of patterns, such as ["${example}"]`);
  const expressions = parsed.output.map(expressionOf);
  return (arn) => {
    const emails = expressions.flatMap((expression) => expression.exec(arn)?.[1] ?? []);
    const persons = emails.map(personOf).filter((person) => person !== undefined);
    return [...new Set(persons)];
  };
}

function expressionOf(pattern: string): RegExp {
  const fault = faultIn(pattern);
  if (fault !== undefined)
    throw misconfigured(`ALLOWED_PRINCIPALS has the pattern ${pattern}, but a pattern ${fault}`);
  const parts = pattern.split(/(\{email\}|\*)/).map((part) => {
    if (part === "{email}") return emailInArn;
    return part === "*" ? anyText : part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  });
  return new RegExp(`^${parts.join("")}$`);
}

/** Completes the sentence "A pattern …". A looser pattern could take one principal for several people. */
function faultIn(pattern: string): string | undefined {
  const [, resource] =
    /^arn:aws[a-z-]*:(iam::\d{12}:user\/.+|sts::\d{12}:assumed-role\/[^/]+\/[^/]+)$/.exec(pattern) ?? [];
  if (resource === undefined)
    return `is the ARN of an IAM user or of a role's sessions, with its account, such as ${example}`;
  if (pattern.replace("{email}", "").search(/[{}]/) !== -1 || !pattern.includes("{email}"))
    return "has {email} exactly once, and no other braces";
  const segments = resource.split("/");
  if (segments.some((segment) => segment.includes("{email}") && segment.includes("*")))
    return "has no * beside {email}: only the whole name says who a principal is";
  if (resource.startsWith("sts") && /^\*+$/.test(segments[1] ?? ""))
    return "names its role: the people who may assume some role of an account can choose the name of their session";
  return undefined;
}
