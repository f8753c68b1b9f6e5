export const usage = `Shows who holds which access until when, and finishes interrupted work.

  npm run leases -- list
  npm run leases -- show <run id or lease key>
  npm run leases -- sweep --handler <handler>
  npm run leases -- forget <lease key> --yes
  pnpm leases list|show|sweep|forget ...

list and show read the sandbox's tables, one for each handler in .sandbox/leases/ (beside the file that SANDBOX_STATE
names). list also shows why the last end of an access failed, and when the sweep tries again.
sweep sends the event of the schedule to the built bundle, in a local Lambda against the sandbox.
forget is for a lease that no sweep can end, after you have restored the access manually. The command closes the
lease's runs and records that no run holds the lease, without a check of the target system. forget also deletes the
invalid record of a lease or a run.

  --json                  one JSON document: { leases, runs, broken }, { message, runs } or { answer, logs?, functionError? };
                          keep the script runner quiet with npm run --silent or pnpm --silent
  --help                  this text
list and show, in AWS with your own credentials:
  --prefix <name_prefix>  all tables of a deployment, named <name_prefix>-…-leases, in the region AWS_REGION.
                          Needs dynamodb:ListTables and dynamodb:Scan, which no function has
  --table <name>          this table; repeatable. The output leases_table_names of infra/aws has the names
forget:
  --table <name>          the table in AWS, with your own credentials
  --yes                   confirms that you have restored the access manually
sweep:
  --handler <name>        a folder of handlers/
  --handlers <folder>     the folder with the handlers (default handlers/)
  --env <KEY=value>       an environment variable of the function; repeatable
  --function-name <name>  the function in AWS with this name or ARN (this can change real access)
  --logs                  also show the function's log lines

The exit code is 0 on success, 1 if the sweep has errors, 2 if the command is wrong.

  npm run leases -- list
  npm run leases -- list --prefix sym
  npm run leases -- show 11111111-1111-4111-8111-111111111111
  npm run leases -- sweep --handler iam-group
`;
