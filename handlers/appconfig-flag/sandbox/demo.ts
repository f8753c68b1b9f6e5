import { sweep } from "@sym/demo/schedule";
import type { Scene, Story } from "@sym/demo/story";
import {
  anAdministratorEditsMaintenance,
  anAlarmGoesOff,
  anotherTeamDeploysSlowly,
  deploymentIsComplete,
  describeFlag,
  edited,
  environment,
  flagsAreThere,
  functionArn,
  maintenanceIsOn,
  off,
  on,
  samSwitchBack,
  samSwitchOn,
  switchBack,
  switchOn,
  switchSearch,
  switchSlowly,
} from "./demo-cast.ts";

const request: Scene[] = [
  {
    chapter: "A request, from approval to expiry",
    minute: -2,
    title: "Robin asks in Slack",
    lines: [["Robin", 'asks to switch the shop to maintenance, for 30 minutes: "The database is full"']],
  },
  {
    minute: 0,
    title: "Alex approves",
    lines: [["Alex", 'says: "Go ahead"']],
    continues: true,
    payloads: [switchOn],
    promise: "An allowed flag is switched and deployed",
    expect: { outcomes: ["granted"], says: "on for all users", holds: on, calls: { StartDeployment: 1 } },
  },
  {
    minute: 30,
    title: "Half an hour passes (the demo does not wait)",
    continues: true,
    payloads: [switchBack],
    promise: "The end restores the flag's earlier state",
    expect: { outcomes: ["revoked"], holds: off, calls: { StartDeployment: 1 } },
  },
];

const others: Scene[] = [
  {
    chapter: "Standing access, and concurrent requests",
    title: "The shop is in maintenance already",
    arrange: maintenanceIsOn,
    payloads: [switchOn, switchBack],
    promise: "A flag that was on before the request stays on",
    expect: { outcomes: ["already-had-access", "kept-standing"], holds: on, calls: { StartDeployment: 0 } },
  },
  {
    title: "Robin and Sam both request the flag, and Robin's request expires first",
    payloads: [switchOn, samSwitchOn, switchBack],
    promise: "The flag stays on while a request is open",
    expect: { outcomes: ["granted", "granted", "kept-for-other-request"], holds: on },
  },
  {
    title: "Sam's request expires",
    continues: true,
    payloads: [samSwitchBack],
    promise: "The end of the last request restores the flag",
    expect: { outcomes: ["revoked"], holds: off },
  },
  {
    title: "Robin's flag is on, and an administrator edits the same flag",
    payloads: [switchOn],
  },
  {
    title: "The request expires",
    continues: true,
    arrange: anAdministratorEditsMaintenance,
    payloads: [switchBack],
    promise: "The revoke keeps an administrator's other changes",
    expect: { outcomes: ["revoked"], says: "has ended", holds: edited },
  },
];

const refusals: Scene[] = [
  {
    chapter: "Refused and pending requests",
    title: "The flag is not in TOGGLE_ALLOWED",
    payloads: [switchSearch],
    promise: "A flag is switched for all users only if listed",
    expect: { outcomes: ["refused"], says: "add it to TOGGLE_ALLOWED", holds: off, calls: "none" },
  },
  {
    title: "The target's deployment strategy takes 20 minutes",
    payloads: [switchSlowly],
    promise: "A slow deployment is pending, not granted",
    expect: { outcomes: ["pending"], says: "over 20 minutes", holds: off },
  },
  {
    title: "An alarm rolls the deployment back at its start",
    arrange: anAlarmGoesOff,
    payloads: [switchOn],
    promise: "A rolled-back deployment is no grant",
    expect: { outcomes: ["failed"], says: "AppConfig rolled back deployment", holds: off },
  },
];

const outages: Scene[] = [
  {
    chapter: "Failures at AppConfig",
    title: "AppConfig starts the deployment, but its answer is lost",
    faults: [{ action: "StartDeployment", kind: "answer-lost" }],
    payloads: [switchOn],
    promise: "A lost answer causes no second deployment",
    expect: { outcomes: ["granted"], holds: on },
  },
  {
    title: "The request expires while another team's slow rollout blocks the environment",
    continues: true,
    arrange: anotherTeamDeploysSlowly,
    payloads: [switchBack],
    timeoutMilliseconds: 5_000,
    promise: "The answer reports a blocked revoke",
    expect: { outcomes: ["failed"], says: "allows one at a time", holds: on },
  },
  {
    title: "The rollout is complete, and the sweep runs",
    continues: true,
    passes: 1,
    arrange: deploymentIsComplete,
    payloads: [sweep],
    promise: "The sweep finishes the revoke",
    expect: { outcomes: ["swept"], holds: off },
  },
];

export const story: Story = {
  handler: "appconfig-flag",
  title: "appconfig-flag: Robin needs to switch the shop to maintenance for half an hour",
  introduction:
    "The built bundle of the handler runs in a local Lambda, event by event. AppConfig is a stand-in on this machine, " +
    "and so is Sym: nothing leaves the machine, and no account is needed.",
  environment,
  functionArn,
  begin: flagsAreThere,
  describe: describeFlag,
  scenes: [...request, ...others, ...refusals, ...outages],
};
