import { crc32 } from "node:zlib";
import { deflateAsync } from "@gfx/zopfli";

/**
 * A zip archive with one file in it, as small as the format allows: Zopfli looks longer for the shortest encoding than
 * zlib does, and finds the same on every machine. Source: PKWARE's APPNOTE.TXT 6.3.10, 4.3.
 */
export async function zipOf(name: string, content: Uint8Array): Promise<Uint8Array> {
  const packed = await deflateAsync(content, {});
  const path = Buffer.from(name);
  // Version 2.0, no flags, deflate; 1980-01-01 00:00, so that nothing of the machine gets into the archive.
  const common = Buffer.concat([
    shorts(20, 0, 8, 0, 0x21),
    longs(crc32(content), packed.length, content.length),
    shorts(path.length, 0),
  ]);
  const entry = Buffer.concat([longs(0x04034b50), common, path, packed]);
  // Made by Unix (3), so that the mode of a plain file, 0644, counts.
  const directory = Buffer.concat([
    longs(0x02014b50),
    shorts((3 << 8) | 20),
    common,
    shorts(0, 0, 0),
    longs((0o100644 << 16) >>> 0, 0),
    path,
  ]);
  const end = [longs(0x06054b50), shorts(0, 0, 1, 1), longs(directory.length, entry.length), shorts(0)];
  return Buffer.concat([entry, directory, ...end]);
}

function shorts(...values: number[]): Buffer {
  const bytes = Buffer.alloc(2 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt16LE(value, 2 * index);
  return bytes;
}

function longs(...values: number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt32LE(value, 4 * index);
  return bytes;
}
