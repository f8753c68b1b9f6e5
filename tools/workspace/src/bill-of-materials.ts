import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Metafile } from "esbuild";
import { root } from "./bundle.ts";

type Component = {
  type: "library";
  "bom-ref": string;
  group?: string;
  name: string;
  version: string;
  licenses: { expression: string }[];
  purl: string;
};

/** A software bill of materials, without a time and a serial number, so that equal bundles have equal bills. */
export type BillOfMaterials = {
  bomFormat: "CycloneDX";
  specVersion: "1.6";
  version: 1;
  metadata: { component: { type: "application"; "bom-ref": string; name: string } };
  components: Component[];
};

/** Lists the external packages with code in a bundle. Source: the CycloneDX 1.6 JSON reference. */
export function billOfMaterials(handler: string, metafile: Metafile): BillOfMaterials {
  const components = packageFolders(metafile).map(componentOf);
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: { component: { type: "application", "bom-ref": handler, name: handler } },
    components: components.sort((a, b) => (a.purl < b.purl ? -1 : 1)),
  };
}

/** The folders of the external packages with code in a bundle, from the root of the workspace. */
export function packageFolders({ outputs }: Metafile): string[] {
  const folders = Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => {
      const folder = /^.*\/node_modules\/(@[^/]+\/)?[^/]+/.exec(file)?.[0];
      return folder !== undefined && bytesInOutput > 0 ? [folder] : [];
    }),
  );
  return [...new Set(folders)];
}

function componentOf(folder: string): Component {
  const manifest = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
  const [name = "", group] = String(manifest.name).split("/").reverse();
  const version = String(manifest.version);
  const path = group === undefined ? name : `${encodeURIComponent(group)}/${name}`;
  const purl = `pkg:npm/${path}@${version}`;
  return {
    type: "library",
    "bom-ref": purl,
    ...(group !== undefined && { group }),
    name,
    version,
    licenses: [{ expression: String(manifest.license) }],
    purl,
  };
}
