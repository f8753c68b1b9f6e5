resource "aws_sfn_state_machine" "request" {
  name     = "${local.name}-request"
  role_arn = aws_iam_role.machine.arn
  definition = templatefile("${path.module}/definition.asl.json", {
    partition = local.partition
    functions = { for step in local.steps : step => aws_lambda_function.this[step].arn }
  })

  # The functions log each step, with ids only. A log of Step Functions itself would need logs:PutResourcePolicy and seven more
  # actions on all logs of the account.
  logging_configuration {
    level                  = "OFF"
    include_execution_data = false
  }

  depends_on = [aws_iam_role_policy.machine]
}

resource "aws_iam_role" "machine" {
  name = "${local.name}-machine"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "StateMachinesOfThisAccount"
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "states.amazonaws.com" }
      Condition = { StringEquals = { "aws:SourceAccount" = local.account_id } }
    }]
  })
}

resource "aws_iam_role_policy" "machine" {
  name = "steps"
  role = aws_iam_role.machine.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "InvokeTheSteps"
      Effect   = "Allow"
      Action   = "lambda:InvokeFunction"
      Resource = [for step in local.steps : aws_lambda_function.this[step].arn]
    }]
  })
}

# The watchman.
resource "aws_scheduler_schedule" "watchman" {
  name                = "${local.name}-watchman"
  description         = "Carries on the requests that the state machine or a decision left behind."
  schedule_expression = "rate(5 minutes)"

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = aws_lambda_function.this["watchman"].arn
    role_arn = aws_iam_role.schedule.arn

    # The next round does the work of a lost round.
    retry_policy {
      maximum_retry_attempts       = 0
      maximum_event_age_in_seconds = 300
    }
  }

  depends_on = [aws_dynamodb_table.requests]
}

resource "aws_lambda_function_event_invoke_config" "watchman" {
  function_name                = aws_lambda_function.this["watchman"].function_name
  maximum_retry_attempts       = 0
  maximum_event_age_in_seconds = 300
}

resource "aws_iam_role" "schedule" {
  name = "${local.name}-schedule"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "SchedulesOfThisAccount"
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "scheduler.amazonaws.com" }
      Condition = { StringEquals = { "aws:SourceAccount" = local.account_id } }
    }]
  })
}

resource "aws_iam_role_policy" "schedule" {
  name = "invoke"
  role = aws_iam_role.schedule.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "StartTheWatchman"
      Effect   = "Allow"
      Action   = "lambda:InvokeFunction"
      Resource = aws_lambda_function.this["watchman"].arn
    }]
  })
}
