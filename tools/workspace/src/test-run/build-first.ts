// Vitest runs this before the first test, so that every bundle is as new as its sources.
import { buildAll } from "../build-all.ts";

export async function setup(): Promise<void> {
  const { errors } = await buildAll();
  if (errors.length > 0) throw new Error(`The build of the bundles failed:\n${errors.join("")}`);
}
