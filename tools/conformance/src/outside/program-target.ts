import { UsageError } from "@sym/command-line/usage-error";
import * as v from "valibot";
import { preview } from "../answer.ts";
import { scenes } from "../scenes.ts";
import type { StepFault, Target } from "../target.ts";
import { type Conversation, startConversation } from "./conversation.ts";

const abilities = [
  "begin",
  "add-person",
  "give",
  "has",
  "make-ambiguous",
  "rename",
  "has-stronger-role",
  "lower-role",
  "inject-fault",
  "calls",
  "writes",
  "pass-time",
] as const;
const texts = v.optional(v.array(v.string()), []);
const named = v.optional(v.record(v.string(), v.string()), {});

/** The program's answer to `describe`; all fields but `can` are optional. */
const description = v.strictObject({
  can: v.array(v.picklist(abilities)),
  settings: named,
  environment: named,
  unknown_resource: v.optional(v.record(v.string(), v.string())),
  stronger_role: v.optional(v.record(v.string(), v.string())),
  not_applicable: v.optional(v.record(v.picklist(scenes.map(({ name }) => name)), v.string()), {}),
  secrets: texts,
  foreign_texts: texts,
});
const held = v.strictObject({ has: v.boolean() });
const renamed = v.strictObject({ settings: v.record(v.string(), v.string()) });
const nothing = v.strictObject({});
const step = v.picklist(["look", "grant", "restore"]);
const seen = v.strictObject({ calls: v.array(v.strictObject({ step, answered: v.boolean() })) });

const written = v.strictObject({ writes: v.string() });

type Command = { do: string } & Record<string, unknown>;

/**
 * A target system that a program sets up and reads: a JSON command on each line of stdin, and a JSON answer on each
 * line of stdout. The README lists the commands. A failing program and an invalid answer are a `UsageError`.
 */
export async function programTarget(program: string): Promise<Target> {
  const conversation = startConversation(program);
  try {
    return targetOf(await ask(conversation, { do: "describe" }, description), conversation);
  } catch (error) {
    await conversation.close();
    throw error;
  }
}

function targetOf(told: v.InferOutput<typeof description>, conversation: Conversation): Target {
  const tell = async (command: Command) => void (await ask(conversation, command, nothing));
  const about = (what: string) => (person: string) => tell({ do: what, person });
  const holds = (what: string) => async (person: string) =>
    (await ask(conversation, { do: what, person }, held)).has;
  const offering = <T extends object>(ability: (typeof abilities)[number], offered: T) =>
    told.can.includes(ability) ? offered : {};
  return {
    environment: told.environment,
    settings: told.settings,
    secrets: told.secrets,
    foreignTexts: told.foreign_texts,
    notApplicable: told.not_applicable,
    ...(told.unknown_resource && { unknownResource: told.unknown_resource }),
    ...offering("begin", { begin: () => tell({ do: "begin" }) }),
    ...offering("add-person", { addPerson: about("add-person") }),
    ...offering("give", { give: about("give") }),
    ...offering("has", { has: holds("has") }),
    ...offering("make-ambiguous", { makeAmbiguous: about("make-ambiguous") }),
    ...offering("rename", {
      rename: async () => (await ask(conversation, { do: "rename" }, renamed)).settings,
    }),
    ...(told.stronger_role && {
      ...offering(
        "has-stronger-role",
        offering("lower-role", {
          roles: {
            stronger: told.stronger_role,
            hasStronger: holds("has-stronger-role"),
            lower: about("lower-role"),
          },
        }),
      ),
    }),
    ...offering("inject-fault", {
      faults: {
        inject: (fault: StepFault) => tell({ do: "inject-fault", ...fault }),
        clear: () => tell({ do: "clear-faults" }),
      },
    }),
    ...offering("calls", { calls: async () => (await ask(conversation, { do: "calls" }, seen)).calls }),
    ...offering("writes", {
      writes: async () => (await ask(conversation, { do: "writes" }, written)).writes,
    }),
    ...offering("pass-time", { passTime: (seconds: number) => tell({ do: "pass-time", seconds }) }),
    close: conversation.close,
  };
}

async function ask<T extends v.GenericSchema>(
  conversation: Conversation,
  command: Command,
  schema: T,
): Promise<v.InferOutput<T>> {
  const line = JSON.stringify(command);
  const said = await conversation.ask(line).catch((error: Error) => {
    throw new UsageError(`The target program did not answer ${line}: ${withStop(error.message)}`);
  });
  const answer = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), said);
  if (answer.success) return answer.output;
  const { message } = answer.issues[0];
  throw new UsageError(`The target program answered ${line} with ${preview(said)}: ${withStop(message)}`);
}

function withStop(sentence: string): string {
  return /[.?]$/.test(sentence) ? sentence : `${sentence}.`;
}
