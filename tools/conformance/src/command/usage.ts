export const usage = `Holds a handler to the promises of this workspace, scene by scene.

  npm run conformance [-- <handler>...] [options]
  pnpm conformance [<handler>...] [options]

<handler> is a folder of handlers/; without one, all are played. Their built bundles run in a local Lambda against
the sandbox. A handler from anywhere else is one of these:

  --command <program>     a line for the shell, run anew for each event: payload on stdin, answer on stdout, both
                          JSON; log on stderr. It gets your environment, FUNCTION_ARN and TIME_LIMIT_MILLISECONDS
  --zip <file>            a bundle with an index.cjs, run in the local Lambda
  --function-name <name>  the function of that name or ARN, in AWS. It is a real function, and the scenes ask it to
                          give access to people of example.com and to take it away: needs --yes-it-changes-access

With --command or --zip, a <handler> lends its sandbox: its own scenes, against your code. Otherwise, say more:

  --target <program>      a line for the shell that sets up and reads the target system: a command of JSON on each
                          line of stdin, an answer on stdout; tools/conformance/README.md has the commands
  --setting <key=value>   a setting of the target; repeatable
  --settings <file>       the same as a JSON object
  --env <KEY=value>       an environment variable of the handler; repeatable

What the target program cannot do, or nobody can, makes the scenes that need it "not covered", and never passed.

  --scene <name>          only this scene; repeatable
  --json                  one JSON document: { suites: [{ handler, results, counts }], counts };
                          keep the script runner quiet with npm run --silent or pnpm --silent
  --help                  this text

The exit code is 0 if no promise was broken, 1 if one was, 2 if the command or the target program is wrong.

  npm run conformance -- iam-group
  npm run conformance -- --command 'python3 examples/python-handler/handler.py' \\
    --target 'python3 examples/python-handler/target.py'
`;
