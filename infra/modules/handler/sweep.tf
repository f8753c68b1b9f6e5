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
  description         = "Revokes access whose deescalate failed or never arrived."
  schedule_expression = "rate(${var.sweep_minutes} minutes)"

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = aws_lambda_function.this.arn
    role_arn = aws_iam_role.sweep.arn
    input    = jsonencode({ event = { type = "sweep" } })

    # For events that Lambda rejects. The next sweep does the work of the lost sweep.
    retry_policy {
      maximum_retry_attempts       = 0
      maximum_event_age_in_seconds = var.sweep_minutes * 60
    }
  }

  # A sweep fails without the table.
  depends_on = [aws_dynamodb_table.leases]
}

# EventBridge Scheduler invokes the function asynchronously. By default, Lambda queues an asynchronous event for up to
# six hours, and repeats a failed event twice, with the same request id. Both would only add sweeps: the next scheduled
# sweep comes within minutes. Source: Lambda developer guide, "How Lambda handles errors and retries with asynchronous
# invocation". Sym invokes synchronously, so these limits do not apply to Sym's events.
resource "aws_lambda_function_event_invoke_config" "sweep" {
  function_name                = aws_lambda_function.this.function_name
  maximum_retry_attempts       = 0
  maximum_event_age_in_seconds = var.sweep_minutes * 60
}
