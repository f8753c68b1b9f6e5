export const usage = `Tests whether a handler keeps the promises of this workspace, scene by scene.

  npm run conformance [-- <handler>...] [options]
  pnpm conformance [<handler>...] [options]

<handler> is a folder of handlers/; the default is all handlers. The built
bundles run in a local Lambda against the sandbox. To test another handler, name
a program, a zip or a function:

  --command <program>     a shell command, run once for each event: payload on
                          stdin, answer on stdout, both JSON; log on stderr.
                          Gets your environment, FUNCTION_ARN and
                          TIME_LIMIT_MILLISECONDS
  --zip <file>            a bundle with an index.cjs, run in the local Lambda
  --function-name <name>  the function in AWS with this name or ARN, in the
                          region AWS_REGION. The scenes ask this real function
                          to grant and revoke access for people of example.com,
                          and need --yes-it-changes-access

With --command or --zip, a <handler> lends its sandbox: its own scenes, against
your code. Otherwise, describe the target system:

  --target <program>      a shell command that sets up and reads the target
                          system: a JSON command on each line of stdin, an
                          answer on stdout; tools/conformance/README.md lists
                          the commands
  --setting <key=value>   a setting of the target; repeatable
  --settings <file>       the same as a JSON object
  --env <KEY=value>       an environment variable of the handler; repeatable

Without a target program, or without the needed commands, a scene is "not
covered", and never passed.

  --scene <name>          only this scene; repeatable
  --json                  one JSON document: { suites: [{ handler, results,
                          counts }], counts }; keep the script runner quiet with
                          npm run --silent or pnpm --silent
  --help                  this text

The exit code is 0 if every promise was kept, 1 if a promise was broken, 2 if
the command or the target program is wrong.

  npm run conformance -- iam-group
  npm run conformance -- \\
    --command 'python3 examples/python-handler/handler.py' \\
    --target 'python3 examples/python-handler/target.py'
`;
