import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { handlers, loadSymTargets, terraformName } from "./handlers.ts";
import {
  basics,
  createSymDeployment,
  everything,
  findTerraform,
  functionArns,
  type SymDeployment,
} from "./sym.test-support.ts";
import { symProviderName } from "./sym-provider.ts";
import type { Refusal } from "./sym-targets.ts";

const symTargets = await loadSymTargets();
const good = everything(symTargets);
const [one = ""] = handlers;

const cases: Refusal[] = [
  [
    "an ARN of something else",
    { function_arns: { [one]: "arn:aws:iam::111122223333:role/x" } },
    "each must be the ARN of a Lambda function.",
  ],
  [
    "a role that the runtime cannot assume",
    { connector_settings: { ...basics.connector_settings, role_arn: "arn:aws:iam::111122223333:role/mine" } },
    'connector_settings.role_arn is "arn:aws:iam::111122223333:role/mine"; it must be the ARN of a role under the path /sym/',
  ],
  [
    "no role to invoke with",
    { connector_settings: null },
    "so Sym could not invoke the functions; set connector_settings to",
  ],
  ["no runtime", { runtime_settings: null }, "Neither of runtime_id and runtime_settings is set;"],
  ["two runtimes", { runtime_id: "of-mine" }, "Each of runtime_id and runtime_settings is set;"],
  [
    "a workspace's name",
    { slack_workspace_id: "acme" },
    'slack_workspace_id is "acme"; set it to the workspace\'s id',
  ],
  ["a channel without #", { approvals_channel: "approvals" }, 'approvals_channel is "approvals"; set it to'],
  ["a channel for errors without #", { errors_channel: "errors" }, 'errors_channel is "errors"; set it to'],
  ["a duration without unit", { durations: ["30"] }, 'durations has ["30"]; give at least one number with'],
  ["no duration", { durations: [] }, "durations has []; give at least one number with"],
  ["an organisation with a space", { org: "ac me" }, 'org is "ac me"; set it to the slug'],
  ["an environment with a space", { environment: "pr od" }, 'environment is "pr od"; use letters'],
];

/** Refused targets, for every handler. */
function casesOf(handler: string): Refusal[] {
  const variable = `${terraformName(handler)}_targets`;
  const unsuitable = `The given value is not suitable for var.${variable} declared at`;
  return [
    [
      "an unknown field",
      { [variable]: { mine: { labell: "Mine" } } },
      `${variable} has labell; the fields of a target are `,
    ],
    ["a list as a field", { [variable]: { mine: { label: ["Mine"] } } }, unsuitable],
    ["a list of targets", { [variable]: [{ label: "Mine" }] }, unsuitable],
    [
      "a name with a space",
      { [variable]: { "of mine": { label: "Mine" } } },
      `${variable} has of mine; use letters, digits, - and _ in the names of targets.`,
    ],
  ];
}

const ofHandlers: [name: string, variables: object, sentence: string][] = handlers.flatMap((handler) =>
  [...casesOf(handler), ...(symTargets[handler]?.refusals ?? [])].map(
    ([name, ...rest]): Refusal => [`${handler}: ${name}`, ...rest],
  ),
);

describe.runIf(findTerraform())(`infra/sym with ${symProviderName}`, () => {
  let sym: SymDeployment;
  beforeAll(async () => {
    sym = await createSymDeployment();
  });
  afterAll(() => sym.close());

  test("an unknown handler is refused with a list of the known ones", async () => {
    const given = functionArns(...handlers, "no-group");
    const sentence = await sym.refusal({ ...good, function_arns: given });
    const [, listed = ""] = /function_arns has .*; its keys can be ([^.]+)\./.exec(sentence) ?? [];
    expect(listed.split(", ").sort()).toEqual(handlers);
  });

  test("accepts the valid values of the cases", async () => {
    expect(await sym.plan(good)).not.toEqual([]);
  });

  test.each([...cases, ...ofHandlers])(
    "%s is refused before any call to Sym",
    async (_, variables, sentence) => {
      expect(await sym.refusal({ ...good, ...variables })).toContain(sentence);
      expect(sym.api.calls).toEqual([]);
    },
  );
});
