import type { Scene } from "./story.ts";

type Request = {
  /** The access that Robin asks for, in Robin's words. */
  thing: string;
  escalate: unknown;
  deescalate: unknown;
  granted: { says: string; holds: Record<string, string> };
  revoked: { says: string; holds: Record<string, string> };
};

/** The first scenes of every story: Robin asks, Alex approves, and the access ends after half an hour. */
export function requestScenes({ thing, escalate, deescalate, granted, revoked }: Request): Scene[] {
  return [
    {
      chapter: "A request, from approval to expiry",
      minute: -2,
      title: "Robin asks in Slack",
      lines: [["Robin", `asks for ${thing}, for 30 minutes: "Restart the stuck importer"`]],
    },
    {
      minute: 0,
      title: "Alex approves",
      lines: [["Alex", 'says: "Go ahead"']],
      continues: true,
      payloads: [escalate],
      promise: "Approved access is granted at once",
      expect: { outcomes: ["granted"], ...granted },
    },
    {
      minute: 30,
      title: "Half an hour passes (the demo does not wait)",
      continues: true,
      payloads: [deescalate],
      promise: "Access ends when the request expires",
      expect: { outcomes: ["revoked"], ...revoked },
    },
  ];
}
