import { createHash } from "node:crypto";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** An identifier shaped like AWS's (`AIDA` + 17 characters), always the same for the same seed. */
export function awsId(prefix: string, length: number, ...seed: (string | number)[]): string {
  const bytes = createHash("sha256")
    .update(JSON.stringify([prefix, ...seed]))
    .digest();
  return prefix + [...bytes.subarray(0, length)].map((byte) => ALPHABET[byte % 32]).join("");
}
