import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { BillOfMaterials } from "./bill-of-materials.ts";

const root = new URL("../../../", import.meta.url).pathname;

for (const handler of readdirSync(join(root, "handlers"))) {
  const dist = join(root, "handlers", handler, "dist");
  const read = () => JSON.parse(readFileSync(join(dist, `${handler}.sbom.json`), "utf8")) as BillOfMaterials;

  test(`the bill of materials of ${handler} lists the packages of its source map`, () => {
    const { sources } = JSON.parse(readFileSync(join(dist, "index.cjs.map"), "utf8"));
    const folders = (sources as string[]).flatMap(
      (source) => /^.*\/node_modules\/(@[^/]+\/)?[^/]+/.exec(source)?.[0] ?? [],
    );
    // A package's own source map can name other folders, as plugin-rest-endpoint-methods's does.
    const known = [...new Set(folders)].filter((folder) => existsSync(join(dist, folder, "package.json")));
    const manifests = known.map((folder) =>
      JSON.parse(readFileSync(join(dist, folder, "package.json"), "utf8")),
    );
    const expected = manifests.map(({ name, version, license }) => ({
      purl: `pkg:npm/${name.replace("@", "%40")}@${version}`,
      licence: license,
    }));
    const listed = read().components.map(({ purl, licenses }) => ({
      purl,
      licence: licenses[0]?.expression,
    }));
    expect(listed.length).toBeGreaterThan(5);
    expect(listed).toEqual(expect.arrayContaining(expected));
    // A package that contributes only a constant has no line in the source map.
    expect(listed.length - expected.length).toBeLessThan(3);
  });

  test(`the licences of ${handler} have the text of each package's licence`, () => {
    const licences = readFileSync(join(dist, `${handler}.licences.txt`), "utf8");
    for (const { group, name, version, licenses } of read().components) {
      const title = `${group === undefined ? name : `${group}/${name}`} ${version}`;
      expect(licences).toContain(`${title} (${licenses[0]?.expression})\n`);
    }
    expect(licences).toContain("Apache License");
    expect(licences).not.toContain("has no file");
  });

  test(`${handler} has no package twice`, () => {
    const names = read().components.map(({ group, name }) => `${group ?? ""}/${name}`);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  test(`the bill of materials of ${handler} is CycloneDX, and equal in every build`, () => {
    const { components, ...head } = read();
    expect(head).toEqual({
      bomFormat: "CycloneDX",
      specVersion: "1.6",
      version: 1,
      metadata: { component: { type: "application", "bom-ref": handler, name: handler } },
    });
    expect(components).toContainEqual({
      type: "library",
      "bom-ref": "pkg:npm/%40aws-sdk/client-dynamodb@3.1164.0",
      group: "@aws-sdk",
      name: "client-dynamodb",
      version: "3.1164.0",
      licenses: [{ expression: "Apache-2.0" }],
      purl: "pkg:npm/%40aws-sdk/client-dynamodb@3.1164.0",
    });
  });
}
