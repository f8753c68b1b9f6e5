import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Hono } from "hono";

/** Serves the script and the styles, which are read once. */
export async function serveAssets(app: Hono): Promise<void> {
  const script = await scriptOf("client.ts");
  const pico = readFileSync(fileURLToPath(import.meta.resolve("@picocss/pico/css/pico.min.css")), "utf8");
  const style = readFileSync(new URL("../pages/style.css", import.meta.url), "utf8");
  app.get("/client.js", (context) =>
    context.body(script, 200, { "content-type": "text/javascript; charset=utf-8" }),
  );
  app.get("/pico.css", (context) => context.body(pico, 200, { "content-type": "text/css; charset=utf-8" }));
  app.get("/style.css", (context) => context.body(style, 200, { "content-type": "text/css; charset=utf-8" }));
}

/** The page's script, with the library that it uses. */
async function scriptOf(file: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(file, import.meta.url))],
    ...{ bundle: true, minify: true, write: false, format: "iife", target: "es2022" },
  });
  return outputFiles[0]?.text ?? "";
}
