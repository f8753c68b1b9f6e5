import { execFile, execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { startSandbox } from "@sym/stand-ins/sandbox";
import { unzipSync } from "fflate";
import { expect, test } from "vitest";

const root = new URL("../../../", import.meta.url).pathname;
const zipOf = (handler: string) => join(root, "handlers", handler, "dist", `${handler}.zip`);

for (const handler of readdirSync(join(root, "handlers")))
  test(`the zip of ${handler} holds only the bundle`, () => {
    expect(Object.keys(unzipSync(readFileSync(zipOf(handler))))).toEqual(["index.cjs"]);
  });

for (const handler of readdirSync(join(root, "handlers")))
  test(`the version of ${handler} has the hash of the bundle`, () => {
    const code = readFileSync(join(root, "handlers", handler, "dist", "index.cjs"), "utf8");
    const version = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).version;
    const [, hash = "none"] = code.split(`${version}+`)[1]?.match(/^([0-9a-f]{12})\b/) ?? [];
    const before = code.replaceAll(`${version}+${hash}`, `${version}+${"_".repeat(12)}`);
    expect(createHash("sha256").update(before).digest("hex").slice(0, 12)).toBe(hash);
  });

test("the bytes of a zip depend on its content alone, in every time zone", () => {
  const program = `
    import { zipOf } from ${JSON.stringify(new URL("zip.ts", import.meta.url))};
    process.stdout.write(Buffer.from(zipOf("index.cjs", Buffer.from("exports.x = 1;"))).toString("hex"));
  `;
  const zipIn = (TZ: string) =>
    execFileSync(process.execPath, ["--input-type=module", "-e", program], {
      env: { TZ },
      encoding: "utf8",
    });
  expect(unzipSync(Buffer.from(zipIn("UTC"), "hex"))).toEqual({
    "index.cjs": new Uint8Array(Buffer.from("exports.x = 1;")),
  });
  for (const zone of ["Asia/Tokyo", "America/Los_Angeles"]) expect(zipIn(zone)).toBe(zipIn("UTC"));
});

const driver = `
  const { handler } = require("./index.cjs");
  const context = {
    awsRequestId: "request-1",
    invokedFunctionArn: "arn:aws:lambda:us-east-1:123456789012:function:sym-access",
    getRemainingTimeInMillis: () => 10000,
  };
  handler(JSON.parse(process.argv[2]), context).then((answer) => console.log(JSON.stringify(answer)));
`;

// NODE22 names a Node 22 binary to test, too: the bundle must run on every runtime that the Terraform module accepts.
for (const node of [process.execPath, process.env["NODE22"]].filter((path) => path !== undefined)) {
  const version = execFileSync(node, ["--version"], { encoding: "utf8" }).trim();
  test(`the unzipped iam-group alone grants and revokes on a bare Node ${version}`, async () => {
    const folder = mkdtempSync(join(tmpdir(), "sym-zip-"));
    const sandbox = await startSandbox();
    try {
      sandbox.iam.createUser("robin.requester@example.com");
      sandbox.iam.createGroup("prod-admins");
      const files = unzipSync(readFileSync(zipOf("iam-group")));
      for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
      writeFileSync(join(folder, "driver.cjs"), driver);
      const send = async (file: string) => {
        const payload = readFileSync(join(root, "test-payloads", file), "utf8");
        const options = { cwd: folder, env: { ...sandbox.env, LEASES: "off" } };
        const { stdout } = await promisify(execFile)(node, ["driver.cjs", payload], options);
        return {
          answer: JSON.parse(stdout.trim().split("\n").at(-1) ?? ""),
          members: sandbox.iam.members("prod-admins"),
        };
      };
      expect(await send("escalate.json")).toMatchObject({
        answer: { body: { outcome: "granted" }, errors: [] },
        members: ["robin.requester@example.com"],
      });
      expect(await send("deescalate.json")).toMatchObject({
        answer: { body: { outcome: "revoked" }, errors: [] },
        members: [],
      });
    } finally {
      await sandbox.close();
      rmSync(folder, { recursive: true });
    }
  });
}
