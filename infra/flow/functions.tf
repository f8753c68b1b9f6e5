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

  common = ["read_and_write_a_request", "tell_people"]

  # `seconds`: longer than a handler's own limit, where the function invokes handlers.
  functions = {
    plan       = { seconds = 120, calls = ["invoke_handlers"] }
    ask        = { seconds = 30, calls = ["read_a_rule", "wake_a_step"] }
    escalate   = { seconds = 120, calls = ["read_a_rule", "invoke_handlers"] }
    hold       = { seconds = 30, calls = ["wake_a_step"] }
    deescalate = { seconds = 120, calls = ["invoke_handlers"] }
    watchman   = { seconds = 290, calls = ["find_open_requests", "look_at_executions", "wake_a_step", "invoke_handlers"] }
    api        = { seconds = 29, calls = ["find_requests", "read_a_rule", "read_all_rules", "start_a_request", "wake_a_step"] }
  }
}

resource "aws_lambda_function" "this" {
  for_each = local.functions

  function_name    = "${local.name}-${each.key}"
  role             = aws_iam_role.function[each.key].arn
  filename         = local.zip
  source_code_hash = try(filebase64sha256(local.zip), null)
  handler          = "index.${each.key}"
  runtime          = "nodejs22.x" # AWS provider 5.x accepts no newer runtime.
  architectures    = ["arm64"]
  memory_size      = 512
  timeout          = each.value.seconds

  environment {
    variables = merge(
      {
        REQUESTS_TABLE     = local.requests_table
        RULES_PATH         = local.rules_path
        MESSAGES_TOPIC_ARN = aws_sns_topic.messages.arn
        KEEP_DAYS          = tostring(var.keep_days)
      },
      contains(["watchman", "api"], each.key) ? { STATE_MACHINE_ARN = local.machine_arn } : {},
      each.key == "api" ? { ALLOWED_PRINCIPALS = jsonencode(var.allowed_principals) } : {},
    )
  }

  logging_config {
    log_format = "JSON"
    log_group  = aws_cloudwatch_log_group.this[each.key].name
  }

  lifecycle {
    precondition {
      condition     = fileexists(local.zip)
      error_message = "The zip ${local.zip} does not exist. Run `npm run build` first."
    }
    precondition {
      condition     = terraform_data.requests_table.output == local.requests_table_arn
      error_message = "The requests of this flow are in ${terraform_data.requests_table.output}. With these settings the flow would use ${local.requests_table_arn}, and no step would end the access of the open requests. Restore region and name_prefix. To move the flow, remove it first: infra/flow/README.md, \"Remove the flow\"."
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
      [for call in concat(local.common, each.value.calls) : merge(local.statements[call], {
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
