const common = `  --api <address>         the address of the flow's API (default SYM_FLOW_API)
  --region <region>       the region of an address that does not name its region
                          (default AWS_REGION)
  --timeout <seconds>     the time limit of each call (default 35)
  --json                  the API's own answer as JSON; keep the script runner
                          quiet with npm run --silent
  --help                  this text

The calls are signed with your own AWS credentials, and the API takes your
e-mail from their ARN. They need execute-api:Invoke on the API.`;

export const requestUsage = `Asks for access, for yourself.

  npm run request -- <target> --for <duration> --reason <text> [options]

  --for <duration>        how long, such as 30m or 1h
  --reason <text>         why; the approvers and every caller of the API see it
  --route <route>         approval (default), on-call or break-glass
  --wait                  waits up to 30 minutes for the grant
all commands:
${common}

The exit code is 0 if the request is recorded, and with --wait if the access is
granted; 1 if the API refuses, or with --wait without a grant; 2 if the command
is wrong or the API cannot be called.

  npm run request -- prod-admins --for 30m --reason "Restart the importer"
`;

export const requestsUsage = `Shows the requests for access, and decides about them.

  npm run requests -- list [filters]    the requests, the newest first
  npm run requests -- show <id>         the whole story of a request
  npm run requests -- approve <id>      approves another person's request
  npm run requests -- deny <id>         denies another person's request
  npm run requests -- withdraw <id>     withdraws your own request
  npm run requests -- end <id>          ends the access now
  npm run requests -- targets           the targets that you may ask for

list:
  --person <e-mail>       the requests of a person
  --target <target>       the requests for a target
  --status <status>       such as asked, held or ended
  --open                  the requests that are not over, or whose end failed
  --from, --to <time>     asked from this time on, or before this time (UTC)
  --limit <number>        of requests on a page, up to 100 (default 20)
all commands:
${common}

The exit code is 0 on success, 1 if the API refuses, 2 if the command is wrong
or the API cannot be called.

  npm run requests -- list --open
`;
