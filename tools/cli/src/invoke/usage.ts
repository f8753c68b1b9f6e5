const invoke = `Runs one handler on one payload, and shows the target system before and after.

  npm run invoke -- <handler> <payload> [options]
  pnpm invoke <handler> <payload> [options]

<handler> is a folder of handlers/, <payload> a JSON file or - for stdin. By
default, the built bundle runs in a local Lambda against a sandbox. The sandbox
keeps its state in .sandbox/state.json (SANDBOX_STATE names another file), so a
deescalate tomorrow ends the escalate of today.

Change the payload:
  --user <name>           the requester's user name
  --group <name>          the target's setting group_name
  --setting <key=value>   another setting of the target; repeatable
  --duration <seconds>    the approved duration of the access
Prepare the run:
  --member                the requester is already a member
  --env <KEY=value>       an environment variable of the function; repeatable
  --timeout <seconds>     the function's time limit (default 30)
  --reset                 forget the sandbox's state first
  --handlers <folder>     the folder with the handlers (default handlers/)
Leave the sandbox (this changes real access):
  --real                  the local Lambda with your own AWS credentials; needs
                          --yes
  --function-name <name>  the function in AWS with this name or ARN
  --region <region>       the region in AWS (default AWS_REGION)
Read the answer:
  --logs                  also show the function's log lines
  --json                  one JSON document: { handler, before, answer, after,
                          logs?, functionError? }; keep the script runner quiet
                          with npm run --silent or pnpm --silent
  --help                  this text

The exit code is 0 if the answer has no errors, 1 if the answer has errors or
the function failed, 2 if the command is wrong.

  npm run invoke -- iam-group test-payloads/escalate.json
  npm run invoke -- iam-group test-payloads/deescalate.json
`;

const plan = `Asks one handler what the escalate of a payload would do now. Changes nothing.

  npm run plan -- <handler> <payload> [options]

<handler> is a folder of handlers/, <payload> a JSON file or - for stdin. The
answer is a sentence for the approver. By default, the built bundle runs in a
local Lambda against the sandbox of npm run invoke.

Change the payload:
  --user <name>           the requester's user name
  --group <name>          the target's setting group_name
  --setting <key=value>   another setting of the target; repeatable
  --duration <seconds>    the approved duration of the access
Set the scene:
  --member                the requester is already a member
  --env <KEY=value>       an environment variable of the function; repeatable
  --timeout <seconds>     the function's time limit (default 30)
  --handlers <folder>     the folder with the handlers (default handlers/)
Leave the sandbox:
  --real                  the local Lambda with your own AWS credentials
  --function-name <name>  the function in AWS with this name or ARN
  --region <region>       the region in AWS (default AWS_REGION)
Read the answer:
  --logs                  also show the function's log lines
  --json                  one JSON document, as of npm run invoke
  --help                  this text

The outcome is would-grant, would-be-pending, held-by-other-requests,
already-granted, already-standing or would-be-refused. The exit code is 0 for
each of these, 1 if the handler could make no plan, 2 if the command is wrong.

  npm run plan -- iam-group test-payloads/escalate.json
`;

export const usageOf = { invoke, plan };
