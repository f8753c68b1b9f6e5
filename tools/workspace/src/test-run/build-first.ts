// Vitest runs this before the first test, so that no test meets a bundle that is older than its sources.
import { buildAll } from "../build-all.ts";

export async function setup(): Promise<void> {
  const { errors } = await buildAll();
  if (errors.length > 0) throw new Error(`The bundles cannot be built:\n${errors.join("")}`);
}
