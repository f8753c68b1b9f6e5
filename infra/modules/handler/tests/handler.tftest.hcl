mock_provider "aws" {
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::111122223333:role/mocked" }
  }
  mock_resource "aws_lambda_function" {
    defaults = { arn = "arn:aws:lambda:eu-west-1:111122223333:function:mocked" }
  }
}

variables {
  name             = "sym-mine"
  zip              = "./main.tf" # Any file will do, where nothing is run.
  policy           = "{\"Version\":\"2012-10-17\",\"Statement\":[]}"
  environment      = { GREETING = "hello" }
  leases_table_arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/sym-leases"
}

run "the_function_knows_its_table_and_sweeps" {
  assert {
    condition     = aws_lambda_function.this.environment[0].variables == tomap({ GREETING = "hello", LEASES_TABLE = "sym-leases" })
    error_message = "The function has other variables."
  }
  assert {
    condition     = aws_lambda_function.this.timeout == 30 && aws_scheduler_schedule.sweep.schedule_expression == "rate(5 minutes)"
    error_message = "The function has another timeout, or sweeps at another rate."
  }
  assert {
    condition     = jsondecode(aws_scheduler_schedule.sweep.target[0].input) == { event = { type = "sweep" } }
    error_message = "The schedule sends something that is no sweep."
  }
  assert {
    condition     = flatten(values(aws_cloudwatch_metric_alarm.this)[*].alarm_actions) == []
    error_message = "An alarm tells a topic that nobody named."
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
      LEASES_TABLE     = "sym-leases"
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
    error_message = "No alarm, or another one, comes when the sweep has stopped."
  }
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
