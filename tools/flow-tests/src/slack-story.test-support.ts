// Requests in Slack, on the deployed flow.
import type { SlackMessage } from "@sym/stand-ins/slack";
import { expect, test } from "vitest";
import { alex, type Flow, kim, robin, sam } from "./flow.ts";
import { readManifest } from "./slack-manifest.ts";
import { shownIn } from "./slack-people.ts";
import { storyOf } from "./story.test-support.ts";

const minuteMs = 60_000;

/** Registers the tests. Kim has the access without any request. `setDown`: whether every call to Slack fails. */
export function testSlack(flow: () => Flow, setDown: (isDown: boolean) => void): void {
  const { until, untilIs, untilAsked, told } = storyOf(flow);

  /** The only card of a request. */
  async function cardOf(id: string): Promise<SlackMessage> {
    const cards = flow().slack.cards({ id });
    expect(cards).toHaveLength(1);
    const { card } = await flow().read(id);
    expect(cards[0]).toMatchObject({ ts: card?.ts, channel: card?.channel });
    return cards[0] as SlackMessage;
  }

  const lastTo = (person: string, id: string) =>
    flow().slack.directMessages(person, { id }).at(-1) ?? expect.fail(`${person} has no message about ${id}`);

  async function askInSlack(person: string, asked = {}): Promise<string> {
    return (await flow().slack.ask(person, asked)) ?? expect.fail("The form does not say a request");
  }

  test("a request is asked for, approved, held, reminded of and ended in Slack", async () => {
    const { slack } = flow();
    expect(await slack.search(robin, "two")).toEqual(["prod-admins-two"]);
    const id = await askInSlack(robin);
    await untilAsked(id);
    const shown = shownIn(await cardOf(id));
    expect(shown).toMatch(/^robin@example\.com asks for Production admins for 30m\./);
    expect(shown).toContain("IAM user robin@example.com would get access to IAM group prod-admins");
    expect(shown).toContain("[Approve] [Deny]");
    expect(await slack.click(robin, "approve", await cardOf(id))).toContain("Nobody approves an own request");
    expect(await slack.click(alex, "approve", await cardOf(id))).toBe("");
    await untilIs(id, "held");
    expect(await flow().members()).toEqual([kim, robin]);
    expect(shownIn(await cardOf(id))).toMatch(
      /Approved by alex@example\.com\. The requester has the access until .* UTC\.\nRequest flow-[\da-f-]+$/,
    );
    expect(shownIn(lastTo(robin, id))).toContain("[Extend] [I'm done]");
    await until(id, ({ messages }) => messages.some(({ kind }) => kind === "reminder"), 30);
    expect(shownIn(lastTo(robin, id))).toMatch(/^Your access to Production admins ends at .*\n\[Extend\]/);
    expect((await slack.command(robin, "mine")).body).toContain("Production admins");
    expect(await slack.click(robin, "end", lastTo(robin, id))).toContain("The flow ends the access");
    await untilIs(id, "ended");
    expect(await flow().members()).toEqual([kim]);
    expect(shownIn(await cardOf(id))).toContain(
      "Ended early by robin@example.com. The access of this request has ended.",
    );
    expect(await told(id)).toEqual([
      "asked to approvers",
      "held to requester",
      "reminder to requester",
      "ended to requester",
    ]);
    expect((await flow().read(id)).decisions.map(({ door, what }) => `${what} by ${door}`)).toEqual([
      "approve by slack",
      "end by slack",
    ]);
  });

  test("a person is the same person in Slack and by commands", async () => {
    const { slack } = flow();
    const own = await flow().ask(sam);
    await untilAsked(own);
    expect(await slack.click(sam, "approve", await cardOf(own))).toContain("Nobody approves an own request");
    await slack.click(alex, "deny", await cardOf(own));
    await untilIs(own, "denied");
    expect(shownIn(lastTo(sam, own))).toContain("alex@example.com denied your request");

    const two = await flow().ask(robin, { target: "prod-admins-two" });
    await untilAsked(two);
    // The rules name Alex by e-mail, and Kim is a member of the user group.
    expect(await flow().decide(kim, two, "approve")).toMatchObject({ status: 200 });
    expect(await slack.click(kim, "approve", await cardOf(two))).toContain("approved this request already");
    expect((await flow().read(two)).status).toBe("asked");
    expect(await slack.click(alex, "approve", await cardOf(two))).toBe("");
    await untilIs(two, "held");
    expect((await flow().read(two)).decisions.map(({ by, door }) => `${by} by ${door}`)).toEqual([
      `${kim} by command`,
      `${alex} by slack`,
    ]);
    await flow().decide(robin, two, "end");
    await untilIs(two, "ended");
    expect(shownIn(await cardOf(two))).toContain("Ended early by robin@example.com.");
  });

  test("clicks that Slack did not sign, or signed long ago, are nobody's", async () => {
    const { slack } = flow();
    const id = await flow().ask(robin);
    await untilAsked(id);
    const card = await cardOf(id);
    const old = { timestamp: Math.floor((flow().deployment.gateway.now() - 10 * minuteMs) / 1_000) };
    for (const sending of [{ secret: "forged" }, { signature: "" }, old])
      expect(await slack.send(slack.clickEvent(alex, "approve", card, sending))).toMatchObject({
        statusCode: 401,
      });
    expect((await flow().read(id)).decisions).toEqual([]);
    const twice = slack.clickEvent(alex, "approve", card);
    await Promise.all([slack.send(twice), slack.send(twice)]);
    expect((await flow().read(id)).decisions).toHaveLength(1);
    await untilIs(id, "held");
    await slack.click(robin, "end", lastTo(robin, id));
    await untilIs(id, "ended");
  });

  test("while Slack is down, access is granted and ends in time, and people are told later", async () => {
    setDown(true);
    const id = await flow().ask(robin, { duration: "10m" });
    await untilAsked(id);
    // Commands need no Slack, except for members of a user group.
    expect(await flow().decide(alex, id, "approve")).toMatchObject({ status: 200 });
    await untilIs(id, "held");
    await untilIs(id, "ended", 30);
    const { times, messages } = await flow().read(id);
    // The watchman ends a hold within ten minutes, and the engine at once.
    expect(Number(times.ending) - Number(times.holdUntil)).toBeLessThan(minuteMs);
    expect(await flow().members()).toEqual([kim]);
    expect(messages.every(({ told: at, toldIn }) => at === null && toldIn.join() === "topic")).toBe(true);
    expect(messages[0]?.problem).toBe(
      "Slack answered chat.postMessage with status 503; try again in a minute",
    );
    setDown(false);
    await until(id, (request) => request.messages.every(({ told: at }) => at !== null));
    expect(shownIn(await cardOf(id))).toContain("The access of this request has ended.");
    expect(flow().slack.directMessages(robin, { id })).toHaveLength(3);
  });

  test("a message that Slack did not take is told by the next step", async () => {
    const id = await flow().ask(robin);
    await untilAsked(id);
    setDown(true);
    await flow().decide(alex, id, "approve");
    await untilIs(id, "held");
    setDown(false);
    await until(id, ({ messages }) => messages.every(({ told: at }) => at !== null));
    await flow().decide(robin, id, "end");
    await untilIs(id, "ended");
  });

  test("the manifest of the Slack app has the scopes that its calls need, and the address of the route", async () => {
    const { slack, outputs } = flow();
    const url = outputs["slack_request_url"];
    const { scopes, addresses } = readManifest(String(url));
    expect(addresses).toEqual([`url: ${url}`, `request_url: ${url}`, `message_menu_options_url: ${url}`]);
    const authorization = `Bearer ${slack.workspace.addToken([])}`;
    const methods = new Set(slack.calls.map(({ action }) => action));
    methods.delete("response_url");
    const needed = new Set(["commands"]);
    for (const method of methods) {
      const answer = await fetch(`${slack.directUrl}/api/${method}`, {
        method: "POST",
        headers: { authorization },
      });
      const { error, needed: scope } = (await answer.json()) as { error: string; needed: string };
      if (error === "missing_scope") for (const one of scope.split(",")) needed.add(one);
    }
    expect([...needed].sort()).toEqual(scopes);
  });
}
