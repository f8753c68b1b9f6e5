// The identity rule maps the requester's e-mail to an account of the target system. All handlers read the same variables:
// IDENTITY_RULE, IDENTITY_DOMAINS, IDENTITY_MAP and IDENTITY_SUFFIX.
import * as v from "valibot";
import type { FunctionEnvironment } from "./environment.ts";
import { misconfigured, refused } from "./errors.ts";

/** How an e-mail maps to the name of an account. Domains and the e-mails of `names` are in lower case. */
export type IdentityRule =
  /** The e-mail is the account's name. */
  | { rule: "email" }
  /** The part before the @ is the account's name. Only for `domains` in which no two people share a local part. */
  | { rule: "local-part"; domains: string[] }
  /** `names` maps e-mails to accounts. */
  | { rule: "map"; names: ReadonlyMap<string, string> }
  /** The local part, an underscore and `suffix` are the account's name. */
  | { rule: "suffix"; suffix: string; domains: string[] }
  /** The target system looks up the account of an e-mail. */
  | { rule: "lookup" };

/** A rule that derives the account's name without a lookup. */
export type AccountNameRule = Exclude<IdentityRule, { rule: "lookup" }>;

type RuleName = IdentityRule["rule"];
type RuleNamed<R extends RuleName> = Extract<IdentityRule, { rule: R }>;

/** The form of account names in a target system. */
export type AccountNames = {
  /** Completes a sentence: `"x" cannot be` … `the name of an IAM user`. */
  kind: string;
  pattern: RegExp;
  /** Converts a local part to the target system's spelling, if the spelling differs from the e-mail's. */
  spell?: (localPart: string) => string;
};

/**
 * Reads the rule from `IDENTITY_RULE` and the variable that the rule needs. `supported` lists the rules of the handler, the
 * default first. Throws if a variable is missing or wrong, or if an account in `IDENTITY_MAP` does not match `pattern`.
 */
export function readIdentityRule<const R extends RuleName>(
  environment: FunctionEnvironment,
  supported: readonly [R, ...R[]],
  pattern = /^./,
): RuleNamed<R> {
  const rule = environment["IDENTITY_RULE"] || supported[0];
  const known = supported.find((name) => name === rule);
  if (known === undefined) {
    const list = new Intl.ListFormat("en-GB", { type: "disjunction" }).format(supported);
    throw misconfigured(`IDENTITY_RULE is "${rule}", but must be ${list}`);
  }
  const read: { [N in RuleName]: () => RuleNamed<N> } = {
    email: () => ({ rule: "email" }),
    lookup: () => ({ rule: "lookup" }),
    map: () => ({ rule: "map", names: readNames(environment, pattern) }),
    "local-part": () => ({ rule: "local-part", domains: readNeededDomains(environment, "local-part") }),
    suffix: () => ({
      rule: "suffix",
      suffix: readSuffix(environment),
      domains: readNeededDomains(environment, "suffix"),
    }),
  };
  return read[known]() as RuleNamed<R>;
}

/** Reads the domains in `IDENTITY_DOMAINS`, separated by commas or spaces, in lower case. Empty if the variable is unset. */
export function readIdentityDomains(environment: FunctionEnvironment): string[] {
  return (environment["IDENTITY_DOMAINS"] ?? "")
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean);
}

function readNeededDomains(environment: FunctionEnvironment, rule: RuleName): string[] {
  const domains = readIdentityDomains(environment);
  if (domains.length > 0) return domains;
  throw misconfigured(
    `IDENTITY_RULE is ${rule}, which needs IDENTITY_DOMAINS, such as example.com,example.org`,
  );
}

function readSuffix(environment: FunctionEnvironment): string {
  const suffix = environment["IDENTITY_SUFFIX"] ?? "";
  if (/^[a-z\d]+$/i.test(suffix)) return suffix;
  throw misconfigured("IDENTITY_RULE is suffix, which needs IDENTITY_SUFFIX, such as acme");
}

function readNames(environment: FunctionEnvironment, pattern: RegExp): ReadonlyMap<string, string> {
  const map = v.pipe(
    v.string(),
    v.parseJson(),
    v.record(v.pipe(v.string(), v.toLowerCase()), v.pipe(v.string(), v.regex(pattern))),
  );
  const parsed = v.safeParse(map, environment["IDENTITY_MAP"]);
  if (parsed.success) return new Map(Object.entries(parsed.output));
  throw misconfigured(
    'IDENTITY_RULE is map, which needs IDENTITY_MAP, such as {"robin@example.com":"robin"}',
  );
}

/** Derives the name of the requester's account by a rule. Throws `refused` if the rule gives no valid name. */
export function accountNameOf(
  email: string,
  rule: AccountNameRule,
  { kind, pattern, spell = (localPart) => localPart }: AccountNames,
): string {
  const name = applyRule(email, rule, spell);
  if (pattern.test(name)) return name;
  throw refused(
    `"${name}" cannot be ${kind}; set IDENTITY_RULE=map, and add ${email} with its account to IDENTITY_MAP`,
  );
}

function applyRule(email: string, rule: AccountNameRule, spell: (localPart: string) => string): string {
  if (rule.rule === "email") return email;
  if (rule.rule === "local-part") return spell(localPartOf(email, rule.domains));
  if (rule.rule === "suffix") return `${spell(localPartOf(email, rule.domains))}_${rule.suffix}`;
  const name = rule.names.get(email.toLowerCase());
  if (name) return name;
  throw refused(`${email} is not in IDENTITY_MAP; add the e-mail and its account`);
}

/**
 * The part of an e-mail before the @, if the e-mail's domain is in `domains` (in lower case): in any other domain,
 * another person could have the same local part. Otherwise throws `refused` with `advice`. Also throws `refused` for an
 * e-mail with two or more @, because mail servers and people can disagree on its domain.
 */
export function localPartOf(
  email: string,
  domains: readonly string[],
  advice = "add its domain to IDENTITY_DOMAINS",
): string {
  const [localPart, domain = "", ...rest] = email.split("@");
  if (rest.length > 0)
    throw refused(`${email} has more than one @, so its domain is ambiguous; use an e-mail with one @`);
  if (localPart && domains.includes(domain.toLowerCase())) return localPart;
  const problem =
    domains.length === 0
      ? `IDENTITY_DOMAINS lists no domain, so the local part of ${email} cannot name an account`
      : `${email} is not in one of the domains ${domains.join(", ")}`;
  throw refused(`${problem}; ${advice}`);
}
