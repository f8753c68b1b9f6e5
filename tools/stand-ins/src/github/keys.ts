import { generateKeyPairSync } from "node:crypto";

/** Both in PEM. */
type Keys = { publicKey: string; privateKey: string };

let first: Keys | undefined;

/** The same pair each time: a new pair takes a tenth of a second. */
export function firstKeys(): Keys {
  first ??= newKeys();
  return first;
}

/** A new pair, in the form of GitHub's private keys. */
export function newKeys(): Keys {
  return generateKeyPairSync("rsa", {
    modulusLength: 2_048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
  });
}
