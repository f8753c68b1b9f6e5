// The records that a version writes, as files: test-payloads/records/<version>/<name>.json.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Item } from "@sym/stand-ins/dynamodb";

export const recordsFolder = fileURLToPath(new URL("../../../test-payloads/records", import.meta.url));

/** The folder with the records that the present sources write. */
export const next = "next";

/** The items of a table at one moment of each scene, by the name of the scene. */
export type RecordFile = Record<string, Item[]>;

/** The released versions whose records are kept. */
export function releasedVersions(): string[] {
  return readdirSync(recordsFolder).filter((name) => name !== next);
}

export function recordFileOf(version: string, name: string): string {
  return join(recordsFolder, version, `${name}.json`);
}

/** The records of a version; undefined if the version has no such file, as before the handler existed. */
export function readRecords(version: string, name: string): RecordFile | undefined {
  const file = recordFileOf(version, name);
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
}

export function textOf(records: RecordFile): string {
  return `${JSON.stringify(records, null, 2)}\n`;
}

/** Texts that differ between two runs of a scene, such as a port or a random id, each with its text in the file. */
export type Changing = ReadonlyMap<string, string>;

/** The items as in the file, in the order of their keys. */
export function inFile(items: Item[], changing: Changing): Item[] {
  return replaced(items, [...changing]).sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

/** The items of a file as in this run. */
export function inTable(items: Item[], changing: Changing): Item[] {
  return replaced(
    items,
    [...changing].map(([here, inFile]) => [inFile, here] as const),
  );
}

/**
 * The changing texts of a run: the ids of the requests, the times of messages in Slack, the ports of local servers, the owners of the locks and writes, the times of the real Unleash,
 * and the hashes of resources with such a text.
 */
export function changingIn(items: Item[], requests: string[] = []): Changing {
  const text = JSON.stringify(items);
  const found = (pattern: RegExp) => [...new Set([...text.matchAll(pattern)].map(([, one = ""]) => one))];
  const plain = [
    ...requests.map((id, index) => [id, `flow-${owner(index)}`] as const),
    ...found(/\\"ts\\":\\"(\d{10}\.\d{6})/g).map(
      (ts, index) => [ts, `1000000000.${index + 100_000}`] as const,
    ),
    ...found(/127\.0\.0\.1(?::|%3A)(\d+)/g).map((port, index) => [port, `${index + 1}0000`] as const),
    ...found(/\\"(?:owner|writeId)\\":\\"([\da-f-]{36})/g).map((id, index) => [id, owner(index)] as const),
    ...found(/@(\d{4}-\d\d-\d\dT[\d:.]+Z)/g).map((time) => [time, "2026-01-15T09:00:00.000Z"] as const),
  ];
  const resources = found(/\\"resource\\":\\"([^"]+?)\\"/g);
  const hashes = resources.map((one) => [sha256(one), sha256(substituted(one, plain))] as const);
  return new Map([...plain, ...hashes.filter(([here, there]) => here !== there)]);
}

function owner(index: number): string {
  return `00000000-0000-4000-8000-${String(index + 1).padStart(12, "0")}`;
}

/** As in the keys of leases. */
function sha256(resource: string): string {
  return createHash("sha256").update(JSON.stringify(resource)).digest("hex");
}

function substituted(text: string, pairs: readonly (readonly [from: string, to: string])[]): string {
  return pairs.reduce((all, [from, to]) => all.replaceAll(from, to), text);
}

function replaced(items: Item[], pairs: (readonly [from: string, to: string])[]): Item[] {
  return JSON.parse(substituted(JSON.stringify(items), pairs));
}

function keyOf(item: Item): string {
  return item["pk"]?.S ?? "";
}
