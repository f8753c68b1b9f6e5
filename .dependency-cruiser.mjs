// Checks the arrows between the rooms, in `npm run check`. The table "The rooms" in docs/architecture.md is the list of
// the arrows that are allowed, so the document and the check cannot differ.
import { readFileSync } from "node:fs";

const rooms = roomsOf(readFileSync(new URL("docs/architecture.md", import.meta.url), "utf8"));
const everyRoom = `^(${rooms.map(({ folder }) => folder).join("|")})/`;
/** Tests and handlers' sandboxes may import any tool, because no module imports them. */
const tests = "\\.test(-support)?\\.ts$|/sandbox/|/bench/(?!src/)|/fork/";

export default {
  forbidden: [
    { name: "no-circle", severity: "error", from: {}, to: { circular: true } },
    ...rooms.map(({ folder, mayImport }) => ({
      name: `arrows of ${folder}`,
      comment: `docs/architecture.md allows ${folder} to import from ${mayImport.join(", ") || "no other room"}`,
      severity: "error",
      from: { path: `^${folder}/`, pathNot: tests },
      to: { path: everyRoom, pathNot: [folder, ...mayImport].map((allowed) => `^${allowed}/`) },
    })),
    {
      name: "tests-are-not-imported",
      severity: "error",
      from: { pathNot: tests },
      to: { path: "\\.test\\.ts$|^handlers/[^/]+/sandbox/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "/(dist|node_modules)/" },
    moduleSystems: ["es6"],
    // Imports of types count, too.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.base.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "default"] },
  },
};

/** A row of the table: `| [`folder`](link) | contents | `folder`, `folder` |`. A room may import only rooms above. */
function roomsOf(document) {
  const rows = [...document.matchAll(/^\| \[?`([\w/*-]+)`[^|]*\|[^|]*\|([^|]*)\|$/gm)];
  const found = rows.map(([, folder, allowed]) => ({
    folder: folder.replace("*", "[^/]+"),
    mayImport: [...allowed.matchAll(/`([\w/*-]+)`/g)].map(([, one]) => one),
  }));
  for (const [index, { folder, mayImport }] of found.entries()) {
    const above = found.slice(0, index).map((room) => room.folder);
    const below = mayImport.filter((one) => !above.includes(one));
    if (below.length > 0)
      throw new Error(
        `docs/architecture.md lets ${folder} import ${below.join(", ")}, which is not above it`,
      );
  }
  if (found.length === 0) throw new Error("docs/architecture.md has no table of rooms");
  return found;
}
