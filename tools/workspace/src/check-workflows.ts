// Checks the workflows of GitHub Actions with actionlint, a Go program.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "./bundle.ts";
import { help } from "./help.ts";

help(`Checks the workflows of GitHub Actions with actionlint, which Go fetches and
builds. Without Go, the check is skipped; with CI set, it then fails.

  npm run workflows
`);

// npm's packages of this name are other people's. Go's checksum database pins the source of a version.
const actionlint = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12";

process.exitCode = spawnSync("go", ["version"]).status === 0 ? check() : skip();

function check(): number {
  const folder = join(root, ".github/workflows");
  const files = readdirSync(folder).map((name) => join(folder, name));
  // Without these two, the findings would depend on the linters that are installed on the host.
  const options = ["-shellcheck=", "-pyflakes="];
  const { status } = spawnSync("go", ["run", actionlint, ...options, ...files], {
    cwd: root,
    stdio: "inherit",
  });
  if (status === 0) process.stdout.write(`actionlint found no problem in ${files.length} workflows.\n`);
  return status ?? 1;
}

function skip(): number {
  process.stdout.write(
    "SKIPPED: actionlint, because go is missing. Install Go, then run npm run workflows.\n",
  );
  return process.env["CI"] ? 1 : 0;
}
