export const usage = `Shows who holds which access until when, and ends it.

  npm run leases -- list [filters]               the leases, their runs and keys
  npm run leases -- show <run or key>            all fields of one record
  npm run leases -- end <run or key>             ends a run, or a lease's runs
  npm run leases -- end --who <name> [--what <name>] [--handler <name>]
  npm run leases -- sweep --handler <handler>    finishes interrupted work now
  npm run leases -- forget <key> --yes           closes the records only

Without --prefix, --table and --function-name, the commands work in the sandbox
of npm run invoke: .sandbox, or the folder of the file that SANDBOX_STATE names.

list and end:
  --who <name>            the account's name as the records have it, such as
                          robin or "IAM user robin", or an e-mail. An e-mail
                          also finds the account named like its local part
  --what <name>           the name of the group, team or flag
  --handler <name>        only this handler
list:
  --overdue               runs past their end, and leases due for the sweep
  --failed                leases whose last end failed
list, show, end and forget, in AWS with your own credentials:
  --prefix <name_prefix>  the tables <name_prefix>-...-leases of a deployment.
                          Needs dynamodb:ListTables and dynamodb:Scan
  --table <name>          this table; repeatable for list, show and end
end:
  --yes                   ends the runs without a question
  --function-name <name>  the function in AWS, if its name is not the name of
                          the table without -leases
sweep and end:
  --handlers <folder>     the folder with the handlers (default handlers/)
  --env <KEY=value>       an environment variable of the function; repeatable
sweep:
  --function-name <name>  the function in AWS with this name or ARN (this can
                          change real access)
  --logs                  also show the function's log lines
forget:
  --yes                   confirms that you have restored the access by hand
all:
  --region <region>       the region in AWS (default AWS_REGION)
  --json                  one JSON document: list and show { leases, runs,
                          broken }, end { ended }, sweep { answer, logs?,
                          functionError? }, forget { message, runs, by }; keep
                          the script runner quiet with npm run --silent
  --help                  this text

--who and --what compare words, without regard to case, and ask no target
system. end takes whole words only. It sends each function a deescalate, and one
failed end does not stop the others.
forget is for a lease that no sweep can end, after you have restored the access
by hand. It closes the lease's runs and records that no run holds the lease, and
your ARN. A broken record is deleted.

The exit code is 0 on success, 1 if an answer has errors or you did not agree, 2
if the command is wrong.

  npm run leases -- list --prefix sym --overdue
  npm run leases -- show 11111111-1111-4111-8111-111111111111
  npm run leases -- end --who robin@example.com --prefix sym
  npm run leases -- sweep --handler iam-group
`;
