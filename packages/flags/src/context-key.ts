import { createHash } from "node:crypto";
import { localPartOf } from "@sym/lambda-core";
import * as v from "valibot";

/** The target's setting `context_key`: the form of the requester's key in the flag system. */
export const contextKeyTemplate = v.optional(
  v.pipe(v.string(), v.regex(/^[^{}]*\{(email|local|sha256)\}[^{}]*$/)),
  "{email}",
);

export const contextKeyHint = "a text with one of {email}, {local} and {sha256} in it";

/** The key of the requester. The local part is a key only in `domains`, which are in lower case. */
export function contextKeyOf(email: string, template: string, domains: string[]): string {
  const advice = "add its domain to IDENTITY_DOMAINS, or use {email} in the target's setting context_key";
  return template.replace(/\{(\w+)\}/, (_match, part) => {
    if (part === "email") return email;
    if (part === "sha256") return createHash("sha256").update(email.toLowerCase()).digest("hex");
    return localPartOf(email, domains, advice);
  });
}
