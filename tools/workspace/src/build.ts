// Bundles every handler, every example and the flow.
import { buildAll } from "./build-all.ts";
import { help } from "./help.ts";

help(`Bundles every handler, every example and the flow: dist/index.cjs, its source
map, its bill of materials, the licences of its packages, and dist/<name>.zip,
which Terraform deploys.

  npm run build
`);

const { errors, warnings } = await buildAll();
for (const text of [...warnings, ...errors]) process.stderr.write(text);
process.exitCode = errors.length > 0 ? 1 : 0;
