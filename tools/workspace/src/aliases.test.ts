import { createRequire } from "node:module";
import { expect, test } from "vitest";
import { aliases, insteadOf } from "./aliases.ts";
import { bundle, listBundled, root } from "./bundle.ts";
import { createOAuthUserAuth, requiresBasicAuth } from "./left-out/auth-oauth-user.ts";
import { EventStreamSerde, resolveEventStreamSerdeConfig } from "./left-out/event-streams.ts";

type Import = { importer: string; name: string | undefined; path: string };

/** The imports of all handlers built without aliases, between modules with code in a bundle. */
async function importsWithoutAliases(): Promise<Import[]> {
  const bundles = await Promise.all(listBundled().map((folder) => bundle(folder, { alias: {} })));
  return bundles.flatMap(({ metafile: { inputs, outputs } }) => {
    const used = new Set(Object.values(outputs).flatMap((output) => Object.keys(output.inputs)));
    return Object.entries(inputs).flatMap(([importer, { imports }]) =>
      imports
        .filter(({ path }) => used.has(importer) && used.has(path))
        .map(({ original, path }) => ({ importer, name: original, path })),
    );
  });
}

const imports = await importsWithoutAliases();

for (const alias of aliases) {
  const { name } = alias;

  test(`without its alias, ${name} is in some handler's bundle`, () => {
    expect(imports.map((one) => one.name)).toContain(name);
  });

  test(`the replacement of ${name} has the same exports`, async () => {
    const { importer = "" } = imports.find((one) => one.name === name) ?? {};
    const replaced = createRequire(`${root}${importer}`)(name);
    const instead = await import(insteadOf(alias));
    expect(Object.keys(instead).sort()).toEqual(Object.keys(replaced).sort());
  });
}

test("a call of left-out code fails with the reason", () => {
  expect(() => createOAuthUserAuth()).toThrow("OAuth is left out of this bundle");
  expect(() => requiresBasicAuth("/applications/1/token")).toThrow("OAuth is left out of this bundle");
  expect(() => EventStreamSerde()).toThrow("Event streams are left out of this bundle");
});

test("a client of Lambda can be made without event streams", () => {
  const config = { region: "us-east-1" };
  expect(resolveEventStreamSerdeConfig(config)).toBe(config);
});

test("a request of a GitHub App needs no OAuth", () => {
  expect(requiresBasicAuth("https://api.github.com/orgs/acme/teams/platform")).toBe(false);
});
