import type { AccessRequest } from "@sym/flow";
import { expect } from "vitest";
import { type FlowAccount, group } from "./flow-account.test-support.ts";

export type FlowCast = ReturnType<typeof flowCastOf>;

type Decision = "approve" | "deny" | "withdraw" | "end";
type Asked = { person?: string; duration?: string; route?: string; reason?: string };

/** What happens in a scene: people ask and decide, time passes, and faults. The requests are numbered from 1. */
export function flowCastOf(account: FlowAccount) {
  const ids: string[] = [];
  const idOf = (request: number) => ids[request - 1] ?? expect.fail(`There is no request ${request}`);
  const door = (event: unknown) => account.invoke("slack", event);

  const added = async (id: string) => {
    ids.push(id);
    await account.settle();
  };

  return {
    ids,
    pass: account.pass,
    watch: account.watch,
    trouble: account.trouble,
    async ask({ person = "robin", ...asked }: Asked = {}): Promise<void> {
      const body = { target: group, duration: "30m", reason: "Restart the importer", ...asked };
      const answer = await account.call(person, "POST", "/requests", body);
      await added(answer.body.request?.id ?? expect.fail(JSON.stringify(answer)));
    },
    async askInSlack(person: string): Promise<void> {
      await added(await account.slack.ask(door, person, group));
    },
    async decide(person: string, what: Decision, request = 1): Promise<void> {
      const answer = await account.call(person, "POST", `/requests/${idOf(request)}/${what}`);
      expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 200 });
    },
    /** Clicks a button of the newest message that asks for decisions. */
    async click(person: string, what: Decision): Promise<void> {
      await account.slack.click(door, person, what);
      await account.settle();
    },
    /** Stops the execution of a request, as an administrator of the account can. */
    stop: (request = 1) => account.stop(idOf(request)),
    /** The request must have this status, also for a person who shows the request. */
    async mustBe(status: AccessRequest["status"], request = 1): Promise<void> {
      const { body } = await account.call("kim", "GET", `/requests/${idOf(request)}`);
      expect(body.request?.status, JSON.stringify(body)).toBe(status);
    },
    mustHold(expected: boolean, person = "robin"): void {
      expect(account.sandbox.iam.members(group).includes(`${person}@example.com`)).toBe(expected);
    },
  };
}
