// Fetches the real Unleash and runs the server as a separate program: its behaviour is too odd for a stand-in.

import { startUnleash, type Unleash } from "@sym/stand-ins/unleash";
import { afterAll, expect, test } from "vitest";
import { type FlagFixture, inSandbox, requests } from "./world.test-support.ts";

const started = await startUnleash().catch((error: Error) => error);
const isThere = !(started instanceof Error);

export const unleash = started as Unleash;

/** For each file of tests against Unleash: ends Unleash after the tests. With `CI` set, a missing Unleash is a failure. */
export function useUnleash(): void {
  if (!isThere) process.stderr.write(`SKIPPED: unleash-flag against Unleash, because ${started.message}\n`);

  afterAll(async () => {
    if (isThere) await unleash.close();
  });

  test.runIf(process.env["CI"])("Unleash is installed where no test may be skipped", () => {
    expect(started, "Unleash needs npm, and PostgreSQL or PGlite").not.toBeInstanceOf(Error);
  });
}

type Play = (fixture: FlagFixture & { flag: string; person: ReturnType<typeof requests> }) => Promise<void>;

let flags = 0;

/** A test with its own flag, off and without strategies. */
export function testFlag(
  name: string,
  play: Play,
  settings: Record<string, string> = {},
  environment: Record<string, string> = {},
) {
  test.runIf(isThere)(name, async () => {
    flags += 1;
    const flag = `flag-${flags}`;
    await unleash.flags.create(flag);
    unleash.faults.clear();
    const person = requests({ project: "default", environment: "development", flag, ...settings });
    await inSandbox((fixture) => play({ ...fixture, flag, person }), {
      UNLEASH_URL: unleash.url,
      UNLEASH_TOKEN: unleash.token,
      TOGGLE_ALLOWED: `["default/development/${flag}"]`,
      ...environment,
    });
  });
}

/** All of Unleash's data about a flag, without the lifecycle stage, which Unleash computes some time later. */
export async function flagOf(flag: string): Promise<string> {
  const { lifecycle: _, ...lasting } = await unleash.admin("GET", `/projects/default/features/${flag}`);
  return JSON.stringify(lasting);
}

export const addStrategy = (flag: string, userIds: string[]) => unleash.flags.addStrategy(flag, userIds);
export const flip = (flag: string, state: "on" | "off") => unleash.flags.flip(flag, state);
export const isOn = (flag: string, userId: string) => unleash.flags.isOn(flag, userId);
export const strategies = (flag: string) => unleash.flags.strategies(flag);

export function strategyPath(flag: string, id: string | undefined): string {
  return `/projects/default/features/${flag}/environments/development/strategies/${id}`;
}
