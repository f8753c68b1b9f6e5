import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { text } from "node:stream/consumers";
import { zipSync } from "fflate";
import { expect, onTestFinished, test } from "vitest";
import { outcomes, runConformance, temporaryFolder } from "./run.test-support.ts";

const only = (...names: string[]) => names.flatMap((name) => ["--scene", name]);

/** A shell command that runs this code with the tests' own Node. */
function program(code: string): string {
  const file = path.join(temporaryFolder(), "program.mjs");
  writeFileSync(file, code);
  return `'${process.execPath}' '${file}'`;
}

const refuses = 'const refused = { body: { message: "No.", outcome: "refused" }, errors: ["No."] };';
const refuser = () => program(`${refuses} process.stdout.write(JSON.stringify(refused));`);

/** A target program that gives these answers, by command; to any other command, `{}`. */
const targetWith = (answers: Record<string, unknown>) =>
  program(`import { createInterface } from "node:readline";
    const answers = ${JSON.stringify(answers)};
    for await (const line of createInterface({ input: process.stdin }))
      console.log(JSON.stringify(answers[JSON.parse(line).do] ?? {}));`);

test("a handler of this workspace is tested by name, and the table is readable", async () => {
  const { code, stdout } = await runConformance(["iam-group", ...only("escalate", "ambiguous user")]);
  expect(stdout).toBe(`iam-group

escalate                         passed
ambiguous user                   not applicable  names of IAM users are unique

1 passed, 0 failed, 1 not applicable, 0 not covered.

`);
  expect(code).toBe(0);
});

test("without a name, every handler of this workspace is tested", async () => {
  const { code, stdout } = await runConformance(only("escalate"));
  expect(stdout.match(/^\S+$/gm)).toEqual([
    "appconfig-flag",
    "github-team",
    "iam-group",
    "identity-center-group",
    "launchdarkly-flag",
    "unleash-flag",
  ]);
  // Unleash is downloaded, and may be missing.
  expect(stdout).toMatch(
    /^All 6 handlers: (6 passed, 0 failed, 0 not applicable, 0|5 passed, 0 failed, 0 not applicable, 1) not covered\.$/m,
  );
  expect(code).toBe(0);
});

test("a zip is unpacked and tested, against a handler's sandbox or without a readable target", async () => {
  const zip = "handlers/iam-group/dist/iam-group.zip";
  const lent = await runConformance(["iam-group", "--zip", zip, "--json", ...only("escalate", "sweep")]);
  expect(outcomes(lent)).toEqual({ escalate: "passed", sweep: "passed" });
  const alone = await runConformance(["--zip", zip, "--json", ...only("escalate", "hostile payloads")]);
  expect(outcomes(alone)).toEqual({
    escalate: "not-covered: no person can be added to the target system; the target system cannot be read",
    "hostile payloads": "passed",
  });
  expect(alone.code).toBe(0);
});

test("a broken promise is in the table with its reason, and in the exit code", async () => {
  const { code, stdout } = await runConformance(["iam-group", "--command", refuser(), ...only("escalate")]);
  expect(stdout).toContain(
    'escalate                         FAILED          The escalate was answered "refused: No." instead of\n',
  );
  expect(stdout).toContain("\n0 passed, 1 failed, 0 not applicable, 0 not covered.\n");
  expect(code).toBe(1);
});

test("a program that does not answer breaks a promise, with the last line of its log as the reason", async () => {
  const play = async (code: string) =>
    outcomes(await runConformance(["--command", program(code), "--json", ...only("answer shape")]))[
      "answer shape"
    ];
  expect(await play('throw new Error("boom")')).toMatch(
    /^failed: the handler gave no answer: the program ended with code 1/,
  );
  expect(await play('console.log("Hello")')).toBe(
    'failed: the handler gave no answer: the program printed no JSON, but "Hello\\n"',
  );
  expect(await play("setInterval(() => {}, 1000)")).toBe(
    "failed: the handler gave no answer: the program ran out of time and was killed",
  );
  expect(await play('console.log("{}")')).toBe("failed: the answer's body is not an object: {}");
});

test("a program gets the function's ARN, its time limit and the variables of --env", async () => {
  const shown = program(`${refuses}
    const { FUNCTION_ARN, TIME_LIMIT_MILLISECONDS, COLOUR } = process.env;
    process.stdout.write(JSON.stringify({ body: [FUNCTION_ARN, TIME_LIMIT_MILLISECONDS, COLOUR] }));`);
  const run = await runConformance([
    "--command",
    shown,
    "--env",
    "COLOUR=blue",
    ...only("answer shape"),
    "--json",
  ]);
  expect(outcomes(run)["answer shape"]).toContain(
    '{"body":["arn:aws:lambda:us-east-1:123456789012:function:sym-access","15000","blue"]}',
  );
});

test("scenes without the needed commands of the target program are not covered", async () => {
  const target = targetWith({
    describe: { can: ["begin", "add-person", "has"], not_applicable: { "unknown user": "it takes anybody" } },
    has: { has: true },
  });
  const scenes = only("escalate", "unknown user", "sweep");
  const run = await runConformance(["--command", refuser(), "--target", target, "--json", ...scenes]);
  expect(outcomes(run)).toEqual({
    escalate: 'failed: The escalate was answered "refused: No." instead of granted',
    "unknown user": "not-applicable: it takes anybody",
    sweep: "not-covered: access cannot be granted by hand; the handler's records cannot be made older",
  });
});

const willing =
  'const granted = { body: { message: "Yes.", outcome: "granted" }, errors: [] }; let payload = "";' +
  "for await (const part of process.stdin) payload += part;";
const known = ["begin", "add-person", "has"];

test("a target program renames the resource, and returns the new settings", async () => {
  const handler = program(`${willing} ${refuses}
    const { room } = JSON.parse(payload).fields.target.settings;
    process.stdout.write(JSON.stringify(room === "attic" ? refused : granted));`);
  const target = targetWith({
    describe: { can: [...known, "rename"], settings: { room: "lab" } },
    has: { has: true },
    rename: { settings: { room: "attic" } },
  });
  const run = await runConformance(["--command", handler, "--target", target, "--json", ...only("renamed")]);
  expect(outcomes(run)).toEqual({
    renamed: 'failed: The escalate under the new name was answered "refused: No." instead of granted',
  });
});

test("a target program has settings for a stronger role, and reads who has the role", async () => {
  const handler = program(`${willing} ${refuses}
    const { role } = JSON.parse(payload).fields.target.settings;
    process.stdout.write(JSON.stringify(role === "head" ? granted : refused));`);
  const can = [...known, "has-stronger-role", "lower-role"];
  const play = async (settings: object, hasRole: boolean) => {
    const has = { has: { has: true }, "has-stronger-role": { has: hasRole } };
    const target = targetWith({ describe: { can, ...settings }, ...has });
    const scene = only("own hand");
    return outcomes(await runConformance(["--command", handler, "--target", target, "--json", ...scene]))[
      "own hand"
    ];
  };
  expect(await play({ stronger_role: { role: "head" } }, false)).toBe(
    "failed: After the escalate of the stronger role, robin.requester does not have the stronger role",
  );
  expect(await play({ stronger_role: { role: "head" } }, true)).toBe(
    "failed: After the requester lowered the role, robin.requester has the stronger role",
  );
  expect(await play({}, true)).toBe("not-covered: the target describes no roles");
});

test("a program gets the request id of each delivery", async () => {
  const file = path.join(temporaryFolder(), "deliveries");
  const handler = program(`import { appendFileSync } from "node:fs";
    ${refuses} appendFileSync(${JSON.stringify(file)}, process.env.REQUEST_ID + "\\n");
    process.stdout.write(JSON.stringify(refused));`);
  const target = targetWith({
    describe: { can: [...known, "inject-fault", "pass-time"] },
    has: { has: true },
  });
  const play = (scene: string) =>
    runConformance(["--command", handler, "--target", target, "--json", ...only(scene)]);
  await play("duplicate delivery");
  await play("escalate twice");
  const [one, two, other, another] = readFileSync(file, "utf8").split("\n");
  expect(one).toMatch(/^[\da-f-]{36}$/);
  expect(two).toBe(one);
  expect(new Set([one, other, another]).size).toBe(3);
});

test("an invalid target program is a usage error, and no broken promise", async () => {
  const play = (target: string) => runConformance(["--command", refuser(), "--target", target]);
  expect(await play(program("process.exit(3)"))).toMatchObject({
    code: 2,
    stderr: 'The target program did not answer {"do":"describe"}: the program ended with code 3.\n',
  });
  const { code, stderr } = await play(targetWith({ describe: { can: ["fly"] } }));
  expect(stderr).toMatch(/^The target program answered \{"do":"describe"\} with .+ but received "fly"\.\n$/);
  expect(code).toBe(2);
});

/** Lambda's API with one function, which refuses every event; `asked` has the received payloads. */
async function openLambdaApi(functionArn: string) {
  const asked: unknown[] = [];
  const server = createServer(async (request, response) => {
    if (request.url?.endsWith("/configuration"))
      return response.end(JSON.stringify({ FunctionArn: functionArn }));
    asked.push(JSON.parse(await text(request)));
    return response.end('{"body":{"message":"No.","outcome":"refused"},"errors":["No."]}');
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const environment = {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    AWS_REGION: "eu-west-1",
    AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE",
    AWS_SECRET_ACCESS_KEY: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
  };
  return { asked, run: (...args: string[]) => runConformance(args, { environment }) };
}

test("a deployed function is called only with --yes-it-changes-access", async () => {
  const arn = "arn:aws:lambda:eu-west-1:123456789012:function:access";
  const { asked, run } = await openLambdaApi(arn);
  const refused = await run("--function-name", "access");
  expect(refused.stderr).toMatch(/^Nothing was sent: .+ add --yes-it-changes-access if .+\n$/);
  expect([refused.code, asked.length]).toEqual([2, 0]);

  const played = await run("--function-name", "access", "--yes-it-changes-access", "--setting", "room=lab");
  expect(played.stdout).toContain("\n2 passed, 0 failed, 0 not applicable, 28 not covered.\n");
  expect(played.code).toBe(0);
  expect(asked).toContainEqual(
    expect.objectContaining({
      fields: expect.objectContaining({
        target: expect.objectContaining({ settings: expect.objectContaining({ arn, room: "lab" }) }),
      }),
    }),
  );
});

const other = () => {
  const file = path.join(temporaryFolder(), "other.zip");
  writeFileSync(file, zipSync({ "main.py": new Uint8Array() }));
  return file;
};

const mistakes: [args: () => string[], sentence: RegExp][] = [
  [() => ["okta-group"], /^handlers\/okta-group\/sandbox\/conformance.ts does not exist. Choose from: /],
  [() => ["--scene", "flying"], /^Unknown scene "flying"\. Choose from: escalate, deescalate, /],
  [() => ["--nonsense"], /^Unknown option --nonsense: see npm run conformance -- --help\.$/],
  [() => ["--command", "x", "--zip", "y"], /exclude each other\. Use one of the three\.$/],
  [
    () => ["iam-group", "github-team", "--zip", "y"],
    /Name at most one handler of this workspace, whose sandbox is used\.$/,
  ],
  [() => ["iam-group", "--function-name", "x"], /^A function in AWS cannot reach the sandbox\. /],
  [() => ["iam-group", "--setting", "a=b"], /A handler of this workspace has its own target and settings\.$/],
  [() => ["--target", "x"], /A handler of this workspace has its own target and settings\.$/],
  [() => ["--function-name", "x", "--env", "A=b"], /^--env is for --command and --zip\. /],
  [
    () => ["--command", "x", "--setting", "room"],
    /^--setting room has no value\. Write --setting name=value\.$/,
  ],
  [
    () => ["--command", "x", "--settings", "package.json"],
    /^--settings package.json is not a JSON object of texts: /,
  ],
  [() => ["iam-group", "--zip", "no.zip"], /^The file .+no\.zip does not exist\.$/],
  [() => ["--zip", "package.json"], /^package\.json is not a zip\. /],
  [() => ["--zip", other()], /other\.zip has no index\.cjs at its top, /],
];

test("every usage error is one line and exit code 2", async () => {
  for (const [args, sentence] of mistakes) {
    const { code, stdout, stderr } = await runConformance(args());
    expect([code, stdout], stderr).toEqual([2, ""]);
    expect(stderr.trimEnd()).toMatch(sentence);
    expect(stderr.trimEnd()).not.toContain("\n");
  }
});
