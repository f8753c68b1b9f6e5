resource "aws_iam_role" "sweep" {
  name = "${var.name}-sweep"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "SchedulesOfThisAccountStartTheSweep"
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "scheduler.amazonaws.com" }
      Condition = { StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.current.account_id } }
    }]
  })
}

resource "aws_iam_role_policy" "sweep" {
  name = "invoke"
  role = aws_iam_role.sweep.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "StartTheSweep"
      Effect   = "Allow"
      Action   = "lambda:InvokeFunction"
      Resource = aws_lambda_function.this.arn
    }]
  })
}

resource "aws_scheduler_schedule" "sweep" {
  name                = "${var.name}-sweep"
  description         = "Ends access whose deescalate failed or never came."
  schedule_expression = "rate(${var.sweep_minutes} minutes)"

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = aws_lambda_function.this.arn
    role_arn = aws_iam_role.sweep.arn
    input    = jsonencode({ event = { type = "sweep" } })

    # For events that Lambda does not accept. The next sweep does the work of the lost one.
    retry_policy {
      maximum_retry_attempts       = 0
      maximum_event_age_in_seconds = var.sweep_minutes * 60
    }
  }

  # A sweep without its table would fail.
  depends_on = [aws_dynamodb_table.leases]
}

# EventBridge Scheduler invokes the function asynchronously. Lambda queues such an event for up to six hours, and repeats a
# failed one twice, with the same request id. Both would only add sweeps: the next scheduled one comes in minutes.
# Source: Lambda developer guide, "How Lambda handles errors and retries with asynchronous invocation". Sym invokes
# synchronously, so this does not apply to its events.
resource "aws_lambda_function_event_invoke_config" "sweep" {
  function_name                = aws_lambda_function.this.function_name
  maximum_retry_attempts       = 0
  maximum_event_age_in_seconds = var.sweep_minutes * 60
}
