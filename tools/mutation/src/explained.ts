/** A mutant that no test can kill, or that none should: on the line with `code`, the change to `by`. */
type Explained = { code: string; by: string; why: string };

const firstOnly = "only the first issue is told, so looking for others changes nothing but the time it takes";

export const explained: Explained[] = [
  { code: "abortEarly: true", by: "{}", why: firstOnly },
  { code: "abortEarly: true", by: "false", why: firstOnly },
  { code: "} catch {", by: "{}", why: "a function that ends without a return returns undefined, too" },
];
