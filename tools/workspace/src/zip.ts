import { zipSync } from "fflate";

// A time without a time zone, and the mode of a plain file made by Unix: nothing of the machine gets into the archive.
const entry = { level: 9, mtime: new Date(1980, 0, 1), os: 3, attrs: (0o100644 << 16) >>> 0 } as const;

/** A zip archive with one file in it. fflate deflates in JavaScript, so it gives the same bytes on every machine. */
export function zipOf(name: string, content: Uint8Array): Uint8Array {
  return zipSync({ [name]: [content, entry] });
}
