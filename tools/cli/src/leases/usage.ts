export const usage = `Shows who holds what until when, and ends what was left undone.

  npm run leases -- list
  npm run leases -- show <run id or lease key>
  npm run leases -- sweep --handler <handler>
  npm run leases -- forget <lease key> --yes
  pnpm leases list|show|sweep|forget ...

list and show read the sandbox's own table, .sandbox/leases.json (beside the file that SANDBOX_STATE names).
sweep sends the event of the schedule to the built bundle, in a local Lambda against the sandbox.
forget is for a lease that no sweep can end, after you have put the access right by hand: it closes the lease's runs and
records that nobody holds it, without a look at the target system.

  --json                  one JSON document: { leases, runs } or { answer, logs?, functionError? };
                          keep the script runner quiet with npm run --silent or pnpm --silent
  --help                  this text
list, show and forget:
  --table <name>          a DynamoDB table in AWS instead, with your own credentials. This reads the whole table, and
                          needs dynamodb:Scan, which no function is allowed; forget reads and writes the lease alone
forget:
  --yes                   you have taken care of the access
sweep:
  --handler <name>        a folder of handlers/
  --handlers <folder>     where the handlers are, handlers/ unless given
  --env <KEY=value>       an environment variable of the function; repeatable
  --function-name <name>  the function of that name or ARN, in AWS (this can change real access)
  --logs                  also show the function's log lines

The exit code is 0 if all went well, 1 if the sweep has errors, 2 if the command is wrong.

  npm run leases -- list
  npm run leases -- show 11111111-1111-4111-8111-111111111111
  npm run leases -- sweep --handler iam-group
`;
