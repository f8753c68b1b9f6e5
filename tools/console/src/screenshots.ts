// Plays a short story, and takes the pictures of docs/console: npm run screenshots.
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { readCommandLine } from "@sym/command-line/command-line";
import { runCommand, UsageError } from "@sym/command-line/usage-error";
import type { AccessRequest, Person } from "@sym/flow";
import type { Browser } from "playwright-core";
import { findChromium, launchChromium } from "./browser.ts";
import { installClock } from "./clock.ts";
import { openLook } from "./look/look.ts";
import { openPlay, type Play } from "./play/play.ts";
import { openStage, type Stage } from "./play/stage.ts";
import { lookRoutes } from "./web/look-routes.ts";
import { playRoutes } from "./web/play-routes.ts";
import { startServer } from "./web/server.ts";

const folder = fileURLToPath(new URL("../../../docs/console/", import.meta.url));
const handlers = ["iam-group", "identity-center-group"];
const minute = 60_000;
/** The story begins here, and its requests have these ids, so that the pictures of two runs are nearly the same. */
const start = Date.UTC(2026, 9, 6, 9, 0, 5);
const idOf = (number: number) => `${number}0000000-0000-4000-8000-000000000000`;

const usage = `Plays a short story in the console, and takes the pictures of docs/console.

Needs Chromium or Chrome on the PATH, or its program in CHROMIUM.

  npm run screenshots
`;

await runCommand(async () => {
  const help = { help: { type: "boolean", short: "h" } } as const;
  const { values } = readCommandLine(process.argv.slice(2), help, "npm run screenshots --");
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const program = findChromium();
  if (program === undefined)
    throw new UsageError(
      "There is no Chromium on the PATH; install Chromium, or set CHROMIUM to the program.",
    );
  mkdirSync(folder, { recursive: true });
  installClock(start);
  const stage = await openStage(handlers);
  let requests = 0;
  const play = await openPlay(stage, () => {
    requests += 1;
    return idOf(requests);
  });
  const story = await tell(play);
  const browser = await launchChromium(program);
  try {
    await takePlay(browser, play, story);
    await fill(play);
    await takeLook(browser, stage);
  } finally {
    await browser.close();
    await stage.close();
  }
  return 0;
});

/** Robin's access ends only at the second try, Sam's two requests overlap, Kim is a member without a request. */
async function tell(play: Play): Promise<string> {
  const [robin, sam, alex, kim] = play.people as [Person, Person, Person, Person];
  const [admins] = play.offered.filter(({ thing }) => thing.target === "prod-admins");
  if (admins === undefined) throw new Error("The console has no target prod-admins");
  await play.change(admins, { person: kim, by: "admin", holds: true });
  const first = await grant(play, robin, alex, "prod-admins", 30, "INC-7: restart the importer");
  await grant(play, sam, alex, "prod-admins", 60, "INC-7: watch the importer");
  await play.pass(10 * minute);
  await grant(play, sam, kim, "prod-admins", 240, "CHG-12: move the database");
  play.choose("throttle");
  await play.decide(first, robin, "end");
  play.choose("none");
  await play.ask(asked(alex, "operators", 30, "INC-9: read the failing job's log"));
  return first;
}

/** More leases, for the list of a deployment. */
async function fill(play: Play): Promise<void> {
  const [robin, sam, alex, kim] = play.people as [Person, Person, Person, Person];
  await grant(play, alex, kim, "billing-readers", 240, "CHG-13: close the quarter");
  await grant(play, kim, alex, "auditors", 240, "CHG-14: yearly audit");
  await grant(play, robin, sam, "operators", 30, "INC-9: restart the job");
}

async function grant(play: Play, who: Person, by: Person, target: string, minutes: number, reason: string) {
  const made = await play.ask(asked(who, target, minutes, reason));
  if ("refusal" in made) throw new Error(made.refusal);
  await play.decide(made.id, by, "approve");
  return made.id;
}

function asked(requester: Person, target: string, minutes: number, reason: string) {
  return { requester, target, duration: minutes * 60, route: "approval", reason } as const;
}

async function takePlay(browser: Browser, play: Play, story: AccessRequest["id"]): Promise<void> {
  const { address, close } = await startServer(playRoutes(play));
  await take(browser, address, "light", { width: 1280, height: 940 });
  await take(browser, address, "dark", { width: 1280, height: 940, scheme: "dark" });
  await take(browser, address, "phone", { width: 360, height: 780 });
  await take(browser, `${address}requests/${story}`, "request", { width: 1280, height: 940 });
  await close();
}

async function takeLook(browser: Browser, { sandbox }: Stage): Promise<void> {
  Object.assign(process.env, sandbox.env);
  const look = await openLook({ tables: [], prefix: "sym", requests: undefined, region: undefined });
  const { address, close } = await startServer(lookRoutes(look));
  await take(browser, address, "look", { width: 1280, height: 740 });
  await close();
}

type Shot = { width: number; height: number; scheme?: "light" | "dark" };

async function take(browser: Browser, address: string, name: string, shot: Shot): Promise<void> {
  const { width, height, scheme = "light" } = shot;
  const page = await browser.newPage({
    ...{ viewport: { width, height }, colorScheme: scheme, reducedMotion: "reduce" },
    ...{ locale: "en-GB", timezoneId: "Europe/Berlin" },
  });
  await page.goto(address);
  await page.locator("time[title]").first().waitFor();
  await page.screenshot({ path: `${folder}${name}.png` });
  await page.close();
  process.stdout.write(`docs/console/${name}.png\n`);
}
