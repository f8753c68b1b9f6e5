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
    chapter: "A request, from its beginning to its end",
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
    promise: "An allowed switch is deployed",
    expect: { outcomes: ["granted"], says: "on for everybody", holds: on, calls: { StartDeployment: 1 } },
  },
  {
    minute: 30,
    title: "Half an hour passes (you need not wait for it)",
    continues: true,
    payloads: [switchBack],
    promise: "The switch goes back to where it was",
    expect: { outcomes: ["revoked"], holds: off, calls: { StartDeployment: 1 } },
  },
];

const others: Scene[] = [
  {
    chapter: "Who was there before, and who is there as well",
    title: "The shop is in maintenance already",
    arrange: maintenanceIsOn,
    payloads: [switchOn, switchBack],
    promise: "A switch that was on before stays on",
    expect: { outcomes: ["already-had-access", "kept-standing"], holds: on, calls: { StartDeployment: 0 } },
  },
  {
    title: "Robin and Sam both need it, and Robin's time is over first",
    payloads: [switchOn, samSwitchOn, switchBack],
    promise: "Nobody's switch is put back too early",
    expect: { outcomes: ["granted", "granted", "kept-for-other-request"], holds: on },
  },
  {
    title: "So is Sam's",
    continues: true,
    payloads: [samSwitchBack],
    promise: "The last request to end puts it back",
    expect: { outcomes: ["revoked"], holds: off },
  },
  {
    title: "Robin switches, and an administrator edits the same flag meanwhile",
    payloads: [switchOn],
  },
  {
    title: "The time is over",
    continues: true,
    arrange: anAdministratorEditsMaintenance,
    payloads: [switchBack],
    promise: "What others changed is not overwritten",
    expect: { outcomes: ["revoked"], says: "has ended", holds: edited },
  },
];

const refusals: Scene[] = [
  {
    chapter: "What is not done",
    title: "A flag that nobody has put on the list",
    payloads: [switchSearch],
    promise: "A switch for everybody must be on the list",
    expect: { outcomes: ["refused"], says: "add it to TOGGLE_ALLOWED", holds: off, calls: "none" },
  },
  {
    title: "The target's deployment strategy takes 20 minutes",
    payloads: [switchSlowly],
    promise: "What is not there yet is not called granted",
    expect: { outcomes: ["pending"], says: "over 20 minutes", holds: off },
  },
  {
    title: "An alarm undoes the deployment as soon as it has begun",
    arrange: anAlarmGoesOff,
    payloads: [switchOn],
    promise: "A deployment that is undone is no grant",
    expect: { outcomes: ["failed"], says: "AppConfig undid deployment", holds: off },
  },
];

const outages: Scene[] = [
  {
    chapter: "A bad day at AppConfig",
    title: "AppConfig starts the deployment, but its answer is lost",
    faults: [{ action: "StartDeployment", kind: "answer-lost" }],
    payloads: [switchOn],
    promise: "A lost answer does not lead to a second deployment",
    expect: { outcomes: ["granted"], holds: on },
  },
  {
    title: "The time is over, but another team's slow rollout blocks the environment",
    continues: true,
    arrange: anotherTeamDeploysSlowly,
    payloads: [switchBack],
    timeoutMilliseconds: 5_000,
    promise: "A revoke that is blocked is told",
    expect: { outcomes: ["failed"], says: "takes one at a time", holds: on },
  },
  {
    title: "The rollout is complete, and the sweep comes by",
    continues: true,
    passes: 1,
    arrange: deploymentIsComplete,
    payloads: [sweep],
    promise: "The sweep makes up for it",
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
