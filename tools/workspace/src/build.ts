// Bundles every handler and example of the workspace.
import { buildAll } from "./build-all.ts";

const { errors, warnings } = await buildAll();
for (const text of [...warnings, ...errors]) process.stderr.write(text);
process.exitCode = errors.length > 0 ? 1 : 0;
