/** A mutant that no test can or should kill: on the line with `code`, the change to `by`. */
type Explained = { code: string; by: string; why: string };

const firstOnly = "the answer names only the first issue, so a search for more issues only takes more time";

export const explained: Explained[] = [
  { code: "abortEarly: true", by: "{}", why: firstOnly },
  { code: "abortEarly: true", by: "false", why: firstOnly },
  { code: "} catch {", by: "{}", why: "a function without a return statement also returns undefined" },
];
