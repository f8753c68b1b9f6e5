export const usage = `Checks whether deployed functions work, and changes nothing.

  npm run doctor -- --prefix <name_prefix>
  npm run doctor -- --function-name <name>
  npm run doctor -- --sandbox <handler>
  pnpm run doctor ...   (pnpm doctor is a command of pnpm itself)

Each function looks at its own environment, table, secret and targets, with its
own role. The command looks at the function's bundle, table, schedule, alarms,
topic, secret, log and connector from outside, with your AWS credentials. What
cannot be seen is a row "not-checked" with the permission that you lack.

Functions in AWS:
  --prefix <name_prefix>    all functions of a deployment, and of its flow
  --function-name <name>    this function, by name or ARN; repeatable
  --region <region>         the functions' region (default AWS_REGION, or the
                            region of your AWS profile)
The local bundle, in a local Lambda against the sandbox:
  --sandbox <handler>       a folder of handlers/
  --handlers <folder>       the folder with the handlers (default handlers/)
  --env <KEY=value>         an environment variable of the function; repeatable
Both:
  --target <name,setting=value,...>
                            a target with the settings of its sym_target;
                            repeatable. Without a target, the function checks
                            the targets that its ALLOWED_SETTINGS allows
  --json                    one JSON document, { account, region, functions:
                            [{ name, checks: [{ check, level, message }] }] };
                            keep the script runner quiet with npm run --silent
  --help                    this text

The exit code is 0 without errors, 1 if a row is an error, 2 if the command is
wrong. docs/doctor.md lists the permissions that the command uses, and mistakes
with their sentences.

  npm run doctor -- --prefix sym --region eu-west-1
  npm run doctor -- --function-name sym-iam-group \\
    --target admins,group_name=prod-admins
`;
