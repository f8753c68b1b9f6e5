locals {
  steps = ["plan", "ask", "escalate", "hold", "deescalate"]

  machine_arn = "arn:${local.partition}:states:${local.region}:${local.account_id}:stateMachine:${local.name}-request"

  # The calls of the functions. Each function gets only the statements of its own calls.
  statements = {
    read_and_write_a_request = {
      Action   = ["dynamodb:GetItem", "dynamodb:PutItem"]
      Resource = local.requests_table_arn
    }
    find_open_requests = {
      Action   = "dynamodb:Query"
      Resource = "${local.requests_table_arn}/index/open"
    }
    find_requests_of_a_person = {
      Action   = "dynamodb:Query"
      Resource = "${local.requests_table_arn}/index/person"
    }
    find_requests = {
      Action   = "dynamodb:Query"
      Resource = [for index in ["person", "status", "target"] : "${local.requests_table_arn}/index/${index}"]
    }
    read_a_rule = {
      Action   = "ssm:GetParameter"
      Resource = "${local.rules_arn}/*"
    }
    read_all_rules = {
      Action   = "ssm:GetParametersByPath"
      Resource = local.rules_arn
    }
    tell_people = {
      Action   = "sns:Publish"
      Resource = aws_sns_topic.messages.arn
    }
    read_slacks_secret = {
      Action   = "secretsmanager:GetSecretValue"
      Resource = local.slack.secret_arn
    }
    decrypt_slacks_secret = {
      Action   = "kms:Decrypt"
      Resource = local.slack.kms_key_arn
    }
    invoke_handlers = {
      Action   = "lambda:InvokeFunction"
      Resource = sort(values(var.function_arns))
    }
    # Step Functions has no permission for the tokens of one state machine. A token only wakes a step: the table decides.
    wake_a_step = {
      Action   = "states:SendTaskSuccess"
      Resource = "*"
    }
    start_a_request = {
      Action   = "states:StartExecution"
      Resource = local.machine_arn
    }
    look_at_executions = {
      Action   = "states:DescribeExecution"
      Resource = "${replace(local.machine_arn, ":stateMachine:", ":execution:")}:*"
    }
  }

  # A door records what people ask and decide. The steps and the watchman tell people of it.
  door   = ["read_and_write_a_request", "read_a_rule", "read_all_rules", "start_a_request", "wake_a_step"]
  teller = ["read_and_write_a_request", "tell_people"]

  # `seconds`: longer than a handler's own limit, where the function invokes handlers. API Gateway waits for 30 seconds.
  # `memory` in MB, which is also the share of a processor: Slack waits for three seconds, also for a function that starts.
  all_functions = {
    plan       = { bundle = "flow-functions", memory = 512, seconds = 120, calls = concat(local.teller, ["invoke_handlers"]) }
    ask        = { bundle = "flow-functions", memory = 512, seconds = 30, calls = concat(local.teller, ["read_a_rule", "wake_a_step"]) }
    escalate   = { bundle = "flow-functions", memory = 512, seconds = 120, calls = concat(local.teller, ["read_a_rule", "invoke_handlers"]) }
    hold       = { bundle = "flow-functions", memory = 512, seconds = 30, calls = concat(local.teller, ["wake_a_step"]) }
    deescalate = { bundle = "flow-functions", memory = 512, seconds = 120, calls = concat(local.teller, ["invoke_handlers"]) }
    watchman   = { bundle = "flow-functions", memory = 512, seconds = 290, calls = concat(local.teller, ["find_open_requests", "look_at_executions", "wake_a_step", "invoke_handlers"]) }
    api        = { bundle = "flow-functions", memory = 512, seconds = 29, calls = concat(local.door, ["find_requests"]) }
    slack      = { bundle = "slack-door", memory = 1024, seconds = 29, calls = concat(local.door, ["find_requests_of_a_person"]) }
  }
  functions = { for name, function in local.all_functions : name => function if name != "slack" || var.slack != null }
}

resource "aws_lambda_function" "this" {
  for_each = local.functions

  function_name    = "${local.name}-${each.key}"
  role             = aws_iam_role.function[each.key].arn
  filename         = contains(keys(local.s3), "${each.value.bundle}.zip") ? null : replace(local.zip, "{name}", each.value.bundle)
  s3_bucket        = try(local.s3["${each.value.bundle}.zip"].bucket, null)
  s3_key           = try(local.s3["${each.value.bundle}.zip"].key, null)
  source_code_hash = try(local.s3["${each.value.bundle}.zip"].source_code_hash, filebase64sha256(replace(local.zip, "{name}", each.value.bundle)), null)
  handler          = "index.${each.key}"
  runtime          = "nodejs22.x" # AWS provider 5.x accepts no newer runtime.
  architectures    = ["arm64"]
  memory_size      = each.value.memory
  timeout          = each.value.seconds

  environment {
    variables = merge(
      {
        REQUESTS_TABLE     = local.requests_table
        RULES_PATH         = local.rules_path
        MESSAGES_TOPIC_ARN = aws_sns_topic.messages.arn
        KEEP_DAYS          = tostring(var.keep_days)
      },
      contains(["watchman", "api", "slack"], each.key) ? { STATE_MACHINE_ARN = local.machine_arn } : {},
      each.key == "api" ? { ALLOWED_PRINCIPALS = jsonencode(var.allowed_principals) } : {},
      local.slack_environment,
    )
  }

  logging_config {
    log_format = "JSON"
    log_group  = aws_cloudwatch_log_group.this[each.key].name
  }

  lifecycle {
    postcondition {
      condition     = !contains(keys(local.s3), "${each.value.bundle}.zip") || self.code_sha256 == try(local.s3["${each.value.bundle}.zip"].source_code_hash, null)
      error_message = "The zip in S3 is not the zip of the release: ${local.name}-${each.key} now runs other code. Copy the zip of the release to the bucket again, and apply."
    }
    precondition {
      condition     = contains(keys(local.s3), "${each.value.bundle}.zip") || fileexists(replace(local.zip, "{name}", each.value.bundle))
      error_message = "The zip ${replace(local.zip, "{name}", each.value.bundle)} does not exist. Run `npm run build` first, or name a release."
    }
    precondition {
      condition     = terraform_data.requests_table.output == local.requests_table_arn
      error_message = "The requests of this flow are in ${terraform_data.requests_table.output}. With these settings the flow would use ${local.requests_table_arn}, and no step would end the access of the open requests. Restore the region and name_prefix. To move the flow, remove it first: infra/flow/README.md, \"Remove the flow\"."
    }
  }

  depends_on = [aws_iam_role_policy.function]
}

resource "aws_cloudwatch_log_group" "this" {
  for_each = local.functions

  name              = "/aws/lambda/${local.name}-${each.key}"
  retention_in_days = var.log_retention_days
}

resource "aws_iam_role" "function" {
  for_each = local.functions

  name = "${local.name}-${each.key}"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "LambdaRunsTheFunction"
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy" "function" {
  for_each = local.functions

  name = "calls"
  role = aws_iam_role.function[each.key].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [for call in concat(each.value.calls, local.slack_calls) : merge(local.statements[call], {
        Sid    = replace(title(replace(call, "_", " ")), " ", "")
        Effect = "Allow"
      })],
      [{
        Sid      = "WriteTheLog"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.this[each.key].arn}:*" # Each process writes its own log stream, named by Lambda.
      }],
    )
  })
}
