mock_provider "aws" {
  source = "../../tests/mocks"
}

variables {
  name        = "sym-mine"
  zip         = "./main.tf" # Any file will do, since the tests run no function.
  policy      = "{\"Version\":\"2012-10-17\",\"Statement\":[]}"
  environment = { GREETING = "hello" }
}

run "the_function_knows_its_table_and_sweeps" {
  assert {
    condition     = aws_lambda_function.this.environment[0].variables == tomap({ GREETING = "hello", LEASES_TABLE = "sym-mine-leases" })
    error_message = "The function has other variables."
  }
  assert {
    condition     = aws_lambda_function.this.timeout == 30 && aws_scheduler_schedule.sweep.schedule_expression == "rate(5 minutes)"
    error_message = "The function has another timeout, or sweeps at another rate."
  }
  assert {
    condition     = jsondecode(aws_scheduler_schedule.sweep.target[0].input) == { event = { type = "sweep" } }
    error_message = "The schedule does not send a sweep."
  }
  assert {
    condition = (
      aws_lambda_function_event_invoke_config.sweep.maximum_retry_attempts == 0 &&
      aws_lambda_function_event_invoke_config.sweep.maximum_event_age_in_seconds == 300 &&
      aws_scheduler_schedule.sweep.target[0].retry_policy[0].maximum_retry_attempts == 0 &&
      aws_scheduler_schedule.sweep.target[0].retry_policy[0].maximum_event_age_in_seconds == 300
    )
    error_message = "A sweep is repeated, or runs later than the next scheduled sweep."
  }
  assert {
    condition     = flatten(values(aws_cloudwatch_metric_alarm.this)[*].alarm_actions) == []
    error_message = "An alarm notifies a topic without alarm_topic_arn."
  }
}

run "what_people_may_choose_and_how_they_are_found_goes_to_the_function" {
  variables {
    allowed_settings = { group_name = ["readers"] }
    identity_rule    = "suffix"
    identity_domains = ["example.com", "example.org"]
    identity_map     = { "robin@example.com" = "robin" }
    identity_suffix  = "acme"
  }
  assert {
    condition = output.environment == {
      GREETING         = "hello"
      ALLOWED_SETTINGS = "{\"group_name\":[\"readers\"]}"
      IDENTITY_RULE    = "suffix"
      IDENTITY_DOMAINS = "example.com,example.org"
      IDENTITY_MAP     = "{\"robin@example.com\":\"robin\"}"
      IDENTITY_SUFFIX  = "acme"
      LEASES_TABLE     = "sym-mine-leases"
    }
    error_message = "The function has other variables."
  }
}

run "a_missing_sweep_alarms_after_three" {
  variables {
    sweep_minutes   = 10
    alarm_topic_arn = "arn:aws:sns:eu-west-1:111122223333:alarms"
  }
  assert {
    condition = (
      aws_cloudwatch_metric_alarm.this["sweep-not-run"].period == 1800 &&
      aws_cloudwatch_metric_alarm.this["sweep-not-run"].treat_missing_data == "breaching" &&
      aws_cloudwatch_metric_alarm.this["sweep-not-run"].alarm_actions == toset(["arn:aws:sns:eu-west-1:111122223333:alarms"])
    )
    error_message = "The alarm for a missing sweep does not start as configured."
  }
}

run "only_a_missing_sweep_alarms_without_data" {
  variables {
    sweep_minutes = 60
  }
  assert {
    condition = sort(keys(aws_cloudwatch_metric_alarm.this)) == sort([
      "changed-by-others", "errors", "failed", "failing-for-a-day", "orphaned-leases", "refused",
      "still-has-access", "sweep-cut-off", "sweep-failed", "sweep-not-run", "throttles",
    ])
    error_message = "An alarm is missing, or docs/operations.md does not know an alarm."
  }
  assert {
    condition     = [for key, alarm in aws_cloudwatch_metric_alarm.this : key if alarm.treat_missing_data != "notBreaching"] == ["sweep-not-run"]
    error_message = "An alarm starts without data, or the alarm for a missing sweep does not."
  }
  # The metric has a value for each sweep, so a shorter period would end the alarm between two sweeps.
  assert {
    condition     = aws_cloudwatch_metric_alarm.this["failing-for-a-day"].period == 7200
    error_message = "The alarm for an end that fails for a day stops between two sweeps."
  }
}

run "people_are_in_the_log_only_on_request" {
  assert {
    condition     = !contains(keys(output.environment), "AUDIT_PEOPLE")
    error_message = "The function logs people without audit_people."
  }
}

run "audit_people_goes_to_the_function" {
  variables {
    audit_people = true
  }
  assert {
    condition     = output.environment["AUDIT_PEOPLE"] == "true" && aws_cloudwatch_log_group.this.retention_in_days == 90
    error_message = "The function does not log people, or keeps their data for another time."
  }
}

run "personal_data_is_not_kept_for_ever" {
  command = plan
  variables {
    audit_people       = true
    log_retention_days = 0
  }
  expect_failures = [aws_cloudwatch_log_group.this]
}

run "a_zip_that_was_not_built_is_named" {
  command = plan
  variables {
    zip = "./not-built.zip"
  }
  expect_failures = [aws_lambda_function.this]
}

run "half_a_minute_is_no_rate" {
  command = plan
  variables {
    sweep_minutes = 0.5
  }
  expect_failures = [var.sweep_minutes]
}

run "the_table_is_kept_and_can_be_restored" {
  assert {
    condition     = aws_dynamodb_table.leases[0].deletion_protection_enabled && aws_dynamodb_table.leases[0].point_in_time_recovery[0].enabled
    error_message = "AWS would delete the table, or could not restore it."
  }
  assert {
    condition     = aws_dynamodb_table.leases[0].billing_mode == "PAY_PER_REQUEST"
    error_message = "The table costs money without requests."
  }
}

run "the_function_may_use_its_own_table_only" {
  assert {
    condition = [for statement in jsondecode(aws_iam_role_policy.own.policy).Statement : statement.Resource if statement.Sid != "WriteTheLog"] == [
      "arn:aws:dynamodb:eu-west-1:111122223333:table/sym-mine-leases",
      "arn:aws:dynamodb:eu-west-1:111122223333:table/sym-mine-leases/index/due",
    ]
    error_message = "The function's role reaches another table than the function's own."
  }
}

# The runs above applied sym-mine in eu-west-1.
run "another_name_would_leave_the_leases_behind" {
  command = plan
  variables {
    name = "acme-mine"
  }
  expect_failures = [aws_lambda_function.this]
}

run "another_region_would_leave_the_leases_behind" {
  command = plan
  override_data {
    target = data.aws_region.current
    values = { id = "us-east-2" }
  }
  expect_failures = [aws_lambda_function.this]
}

run "another_table_would_leave_the_leases_behind" {
  command = plan
  variables {
    leases_table_arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/sym-other-leases"
  }
  expect_failures = [aws_lambda_function.this]
}

# Like `terraform apply -replace=...`, for leases that were moved on purpose.
run "a_move_on_purpose_is_accepted" {
  command = plan
  plan_options {
    replace = [terraform_data.leases_table]
  }
  variables {
    leases_table_arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/sym-other-leases"
  }
  assert {
    condition     = output.leases_table_name == "sym-other-leases"
    error_message = "The function keeps its table."
  }
}
