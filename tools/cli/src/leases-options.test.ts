// The command line of leases.
import { runScript } from "@sym/command-line/front-door.test-support";
import { expect, test } from "vitest";
import { readLeasesOptions } from "./leases/options.ts";

test.for([
  [
    [],
    "Choose a command: npm run leases -- list, show <run or key>, end <run or key>, sweep, or forget <key>.",
  ],
  [["list", "--now"], "Unknown option --now"],
  [["list", "--table", "a", "--table", ""], "The option --table needs a value: see npm run leases"],
  [["show"], "Name a run or a lease"],
] as const)("%s is a usage error of one sentence", async ([args, sentence]) => {
  const leases = (...all: string[]) => runScript("leases", all);
  const { code, stdout, stderr } = await leases(...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain(sentence);
  expect(stderr.split("\n")).toHaveLength(2);
});

test.for([
  [["lists"], "Choose a command"],
  [["list", "prod"], "Unexpected argument prod"],
  [["sweep", "prod"], "Unexpected argument prod"],
  [["show"], "Name a run or a lease"],
  [["show", "a", "b"], "Unexpected argument b"],
  [["show", "a", "--handler", "iam-group"], "--handler is for list, end and sweep, not show"],
  [["show", "a", "--logs"], "--logs is for sweep, not show"],
  [["show", "a", "--overdue"], "--overdue is for list, not show"],
  [["sweep", "--handler", "iam-group", "--who", "robin"], "--who is for list and end, not sweep"],
  [["end"], "Name the run to end"],
  [["end", "a", "--who", "robin"], "Name the run to end"],
  [["end", "a", "--what", "prod"], "--what and --handler choose among the runs of --who"],
  [["end", "a", "--failed"], "--failed is for list, not end"],
  [["end", "a", "--prefix", "sym", "--function-name", "f"], "--function-name calls one function"],
  [
    ["end", "a", "--table", "b", "--table", "c", "--function-name", "f"],
    "--function-name calls one function",
  ],
  [["end", "a", "--prefix", "sym", "--env", "A=b"], "--env and --handlers are for the local Lambda"],
  [["forget", "a"], "Name the lease to forget, and add --yes"],
  [["forget", "--yes"], "Name the lease to forget"],
  [["forget", "a", "b", "--yes"], "Unexpected argument b"],
  [["list", "--yes"], "--yes is for end and forget, not list"],
  [["forget", "a", "--yes", "--logs"], "--logs is for sweep, not forget"],
  [["sweep"], "Choose the function that sweeps"],
  [["sweep", "--handler", "iam-group", "--function-name", "sym"], "Choose the function that sweeps"],
  [
    ["sweep", "--handler", "iam-group", "--table", "sym"],
    "--table is for list, show, end and forget, not sweep",
  ],
  [["sweep", "--handler", "iam-group", "--prefix", "sym"], "--prefix is for list, show, end and forget"],
  [["list", "--table", "a", "--prefix", "sym"], "exclude each other"],
  [["list", "--region", "eu-central-1"], "--region is for AWS. Add --prefix or --table"],
  [["forget", "a", "--yes", "--table", "b", "--table", "c"], "forget works on one table"],
  [["sweep", "--handler", "iam-group", "--env", "A"], "--env A has no value"],
  [["sweep", "--function-name", "sym", "--env", "A=b"], "Leave both out for a function in AWS"],
] as const)("%s is a usage error", ([args, sentence]) => {
  expect(() => readLeasesOptions([...args])).toThrow(sentence);
});
