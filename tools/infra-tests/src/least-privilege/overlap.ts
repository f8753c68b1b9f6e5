/** A character; or, with `end`, any number of characters except those in `end`. */
type Token = { is: string; end?: string };

/**
 * Whether an ARN exists that matches both a template of the service authorization reference, such as
 * `arn:${Partition}:iam::${Account}:group/${GroupNameWithPath}`, and a policy's resource.
 */
export function overlap(template: string, resource: string): boolean {
  const [one, other] = [tokensOf(template), tokensOf(resource)];
  const seen = new Set<string>();

  function from(i: number, j: number): boolean {
    const key = `${i} ${j}`;
    if (seen.has(key)) return false; // This pair was tried before, without a match.
    seen.add(key);
    const [a, b] = [one[i], other[j]];
    if (!a && !b) return true;
    if (a?.end !== undefined && (from(i + 1, j) || (b && takes(a, b) && from(i, j + 1)))) return true;
    if (b?.end !== undefined) return from(i, j + 1) || (a !== undefined && takes(b, a) && from(i + 1, j));
    return (
      a !== undefined && b !== undefined && a.end === undefined && fits(a.is, b.is) && from(i + 1, j + 1)
    );
  }
  return from(0, 0);
}

function takes({ end = "" }: Token, next: Token): boolean {
  return next.end !== undefined || !end.includes(next.is);
}

function fits(one: string, other: string): boolean {
  return one === other || one === "?" || other === "?";
}

/** Splits a pattern into tokens. A name ends at a colon, and most names also at a slash. */
function tokensOf(pattern: string): Token[] {
  const parts = pattern.match(/\$\{\w+\}|./gs) ?? [];
  return parts.map((part) => {
    if (part === "*") return { is: "", end: "" };
    if (!part.startsWith("${")) return { is: part };
    return { is: "", end: /WithPath|SecretId/.test(part) ? ":" : ":/" };
  });
}
