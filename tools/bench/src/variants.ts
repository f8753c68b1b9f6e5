import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findBundle } from "@sym/local-lambda/handler-bundles";
import { zipOf } from "@sym/workspace/zip";
import { type BuildOptions, build } from "esbuild";
import { type Subject, subjects } from "./subjects.ts";

export type Kind = "floor" | "ours" | "defaults" | "peer";

/** One bundle to measure. Sizes in bytes. The floor has no subject, since it needs no network. */
export type Variant = {
  name: string;
  kind: Kind;
  subject?: Subject;
  bundle: string;
  minified: number;
  zip: number;
};

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));
const peerOf = subjects.find(({ handler }) => handler === "iam-group") as Subject;

/** All that is compared, built into a folder. */
export async function makeVariants(folder: string): Promise<Variant[]> {
  const make = async (name: string, kind: Kind, bundle: string, subject?: Subject): Promise<Variant> => {
    const content = readFileSync(bundle);
    const zip = (await zipOf("index.cjs", content)).length;
    return { name, kind, bundle, minified: content.length, zip, ...(subject && { subject }) };
  };
  const floor = join(folder, "floor.cjs");
  copyFileSync(here("./floor.cjs"), floor);
  const peer = await bundled(here("../peers/iam-group.ts"), join(folder, "peer.cjs"), { minify: true });
  return Promise.all([
    make("empty handler", "floor", floor),
    ...subjects.map((subject) => make(subject.handler, "ours", findBundle(subject.handler), subject)),
    make("Middy + Powertools", "peer", peer, peerOf),
    ...subjects.map(async (subject) => {
      const { handler } = subject;
      const entry = here(`../../../handlers/${handler}/src/index.ts`);
      const file = await bundled(entry, join(folder, `${handler}.cjs`));
      return make(`${handler}, esbuild's defaults`, "defaults", file, subject);
    }),
  ]);
}

async function bundled(entry: string, outfile: string, options: BuildOptions = {}): Promise<string> {
  await build({ entryPoints: [entry], outfile, bundle: true, platform: "node", ...options });
  return outfile;
}
