import { zipSync } from "fflate";

// A fixed time and the mode of a plain Unix file, so that the archive does not depend on the machine.
const entry = { level: 9, mtime: new Date(1980, 0, 1), os: 3, attrs: (0o100644 << 16) >>> 0 } as const;

/** Makes a zip archive with one file. fflate compresses in JavaScript, with the same bytes on every machine. */
export function zipOf(name: string, content: Uint8Array): Uint8Array {
  return zipSync({ [name]: [content, entry] });
}
