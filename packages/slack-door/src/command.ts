import type { AccessRequest, Status } from "@sym/flow";
import { SymError } from "@sym/lambda-core";
import { mineOf } from "@sym/slack";
import { connected } from "./connected.ts";
import { openForm } from "./forms.ts";
import { shown } from "./sentences.ts";
import { type Click, personBehind } from "./who.ts";

const mostListed = 100;
const open: readonly Status[] = ["asked", "approved", "granting", "held", "ending", "failed"];

/** Answers the command: opens the form, or lists what the person has. Undefined if a form opened. */
export async function answerCommand(click: Click, name: string, text: string, triggerId: string) {
  if (text === "") return openForm(triggerId);
  if (text === "mine") return mine(click);
  return shown(
    `${name} opens a form that asks for access, and ${name} mine lists the access that you have by requests`,
  );
}

async function mine(click: Click) {
  const { deps } = connected();
  const person = await personBehind(click);
  const ids = await deps.store.ids({ person, limit: mostListed });
  const requests = await Promise.all(ids.map(readable));
  const mineNow = requests.filter((request) => request !== undefined && open.includes(request.status));
  return mineOf(mineNow as AccessRequest[], deps.clock.now(), ids.length === mostListed);
}

/** A record that makes no sense does not hide the others. */
async function readable(id: string): Promise<AccessRequest | undefined> {
  try {
    return await connected().deps.store.read(id);
  } catch (error) {
    if (error instanceof SymError && !error.retryable) return undefined;
    throw error;
  }
}
