import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findBundle } from "@sym/local-lambda/handler-bundles";
import { zipOf } from "@sym/workspace/zip";
import { build } from "esbuild";
import { peerHandler, type Subject, subjects } from "./subjects.ts";

/** `without`: our handler, built without one line of the build. */
export type Kind = "floor" | "ours" | "peer" | "without";

/** One bundle to measure. Sizes in bytes. The floor has no subject, since the floor needs no network. */
export type Variant = {
  name: string;
  kind: Kind;
  subject?: Subject;
  bundle: string;
  minified: number;
  zip: number;
};

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));
const peerOf = subjects.find(({ handler }) => handler === peerHandler) as Subject;

/** The floor, our handlers and the peer, built into a folder. */
export async function makeVariants(folder: string): Promise<Variant[]> {
  const floor = join(folder, "floor.cjs");
  copyFileSync(here("./floor.cjs"), floor);
  const peer = join(folder, "peer.cjs");
  const entryPoints = [here("../peers/iam-group.ts")];
  await build({ entryPoints, outfile: peer, bundle: true, platform: "node", minify: true });
  return [
    make("empty handler", "floor", floor),
    ...subjects.map((subject) => make(subject.handler, "ours", findBundle(subject.handler), subject)),
    make("Middy + Powertools", "peer", peer, peerOf),
  ];
}

function make(name: string, kind: Kind, bundle: string, subject?: Subject): Variant {
  const content = readFileSync(bundle);
  const zip = zipOf("index.cjs", content).length;
  return { name, kind, bundle, minified: content.length, zip, ...(subject && { subject }) };
}
