import { readFileSync } from "node:fs";
import { testPayload } from "@sym/test-payloads/payloads";
import { expect, test } from "vitest";
import { readEnvironment } from "./settings.ts";
import { escalate, inStoreWithoutLeases as inStore, storeId, withSettings } from "./world.test-support.ts";

const id = "00000000-0000-4000-8000-000000000000";
const says = (setting: string, found: string, advice: string) =>
  `Target prod-admins has ${found} as its setting ${setting}; ${advice}`;
const targets = [
  {
    settings: { identity_store_id: "" },
    sentence: says("identity_store_id", "nothing", "set it to an identity store's id"),
  },
  {
    settings: { identity_store_id: "arn:aws:sso:::instance/ssoins-1" },
    sentence: says(
      "identity_store_id",
      '"arn:aws:sso:::instance/ssoins-1"',
      "set it to an identity store's id, such as d-1234567890",
    ),
  },
  {
    settings: { group_name: "" },
    sentence: says("group_id", "nothing", "set either group_id or group_name"),
  },
  {
    settings: { group_id: id },
    sentence: says("group_id", "a value besides group_name", "set either group_id or group_name"),
  },
  {
    settings: { group_name: "", group_id: `d-9999999999/${id}` },
    sentence: says(
      "group_id",
      `"d-9999999999/${id}"`,
      `set it to a group of the same store as identity_store_id, ${storeId}`,
    ),
  },
  {
    settings: { group_name: "x".repeat(1025) },
    sentence: says("group_name", `"${"x".repeat(1025)}"`, "set it to a group's display name"),
  },
  {
    settings: { region: "evil.example.org/" },
    sentence: says(
      "region",
      '"evil.example.org/"',
      "set it to the region of Identity Center, such as eu-west-1",
    ),
  },
  { settings: { role_arn: "admin" }, sentence: says("role_arn", '"admin"', "set it to a role's ARN") },
  {
    settings: { session_hours: "13" },
    sentence: says("session_hours", '"13"', "set it to a whole number of hours from 1 to 12"),
  },
];
test("invalid settings are refused before any call to AWS", () =>
  inStore(async ({ sandbox, send }) => {
    for (const { settings, sentence } of targets) {
      const { answer } = await send(withSettings(escalate, settings));
      expect(answer).toMatchObject({ body: { outcome: "refused" }, errors: [sentence] });
    }
    const { answer } = await send(testPayload("proto-group-name-escalate.json"));
    expect(answer.body["outcome"]).toBe("refused");
    expect(sandbox.calls).toEqual([]);
  }));

test("an invalid region is reported as a misconfiguration", () =>
  inStore(
    async ({ send }) => {
      expect((await send(escalate)).answer.errors).toEqual([
        'This function is misconfigured: IDENTITY_CENTER_REGION is "Ireland", but must be a region, such as eu-west-1',
      ]);
    },
    { environment: { IDENTITY_CENTER_REGION: "Ireland" } },
  ));

test("an identity rule other than lookup is reported as a misconfiguration", () =>
  inStore(
    async ({ sandbox, send }) => {
      expect((await send(escalate)).answer.errors).toEqual([
        'This function is misconfigured: IDENTITY_RULE is "email", but must be lookup',
      ]);
      expect(sandbox.calls).toEqual([]);
    },
    { environment: { IDENTITY_RULE: "email" } },
  ));

// The one or two longest region names of each partition in the SDK's `partitions`.
const regions = [
  "us-east-1",
  "ap-southeast-7",
  "mx-central-1",
  "cn-northwest-1",
  "eusc-de-east-1",
  "us-iso-west-1",
  "us-isob-east-1",
  "eu-isoe-west-1",
  "us-isof-south-1",
  "us-gov-west-1",
];
test("the handler and Terraform accept an Identity Center region of every AWS partition", () => {
  const file = new URL("../../../infra/aws/identity-center-group.tf", import.meta.url);
  const condition = /regex\("([^"]+)", var\.identity_center_group\.region\)/;
  const [, pattern] = condition.exec(readFileSync(file, "utf8")) ?? [];
  for (const region of regions) {
    expect(readEnvironment({ IDENTITY_CENTER_REGION: region })).toEqual({ region });
    expect(region).toMatch(RegExp(pattern ?? "missing"));
  }
});
