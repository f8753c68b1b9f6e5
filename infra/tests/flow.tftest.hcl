# Rules that nobody can fulfil, and rules that make no sense, fail the plan. packages/flow refuses the same rules.
mock_provider "aws" {
  source = "./mocks"

  mock_resource "aws_apigatewayv2_api" {
    defaults = {
      api_endpoint  = "https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com"
      execution_arn = "arn:aws:execute-api:eu-west-1:111122223333:a1b2c3d4e5"
    }
  }
}

variables {
  function_arns      = { "iam-group" = "arn:aws:lambda:us-east-1:111122223333:function:sym-iam-group" }
  allowed_principals = ["arn:aws:sts::111122223333:assumed-role/Access/{email}"]
  targets            = {}
}

run "a_rule_becomes_a_parameter" {
  command = plan
  module {
    source = "../modules/flow"
  }
  variables {
    targets = {
      prod-admins = {
        handler     = "iam-group"
        label       = "Production admins"
        settings    = { group_name = "prod-admins" }
        may_ask     = { people = ["robin@example.com"] }
        may_approve = { people = ["alex@example.com"] }
        durations   = ["30m", "4h"]
        longest     = "4h"
        break_glass = { may_ask = { people = ["robin@example.com"] }, longest = "30m", message = "The glass is broken." }
      }
      readers = {
        handler     = "iam-group"
        label       = "Readers"
        may_ask     = { people = ["robin@example.com"] }
        may_approve = { people = ["alex@example.com", "kim@example.com"] }
        approvals   = 2
        durations   = ["1d"]
        longest     = "1d"
        reason      = { required = false }
      }
    }
  }
  assert {
    condition     = aws_ssm_parameter.rules["prod-admins"].name == "/sym-flow/targets/prod-admins"
    error_message = "The rules are elsewhere than the functions look for them."
  }
  assert {
    condition     = jsondecode(aws_ssm_parameter.rules["prod-admins"].value).function_arn == var.function_arns["iam-group"]
    error_message = "The rules do not name the handler's function."
  }
  assert {
    condition     = !can(jsondecode(aws_ssm_parameter.rules["readers"].value).handler) && jsondecode(aws_ssm_parameter.rules["readers"].value).approvals == 2
    error_message = "The parameter has a field that packages/flow does not know, or lost a field."
  }
}

run "an_approver_alone_cannot_approve_an_own_request" {
  command = plan
  module {
    source = "../modules/flow"
  }
  variables {
    targets = {
      prod-admins = {
        handler     = "iam-group"
        label       = "Production admins"
        may_ask     = { people = ["robin@example.com"] }
        may_approve = { people = ["Robin@Example.com"] }
        durations   = ["30m"]
        longest     = "4h"
      }
    }
  }
  expect_failures = [aws_ssm_parameter.rules]
}

run "two_approvals_need_two_approvers" {
  command = plan
  module {
    source = "../modules/flow"
  }
  variables {
    targets = {
      prod-admins = {
        handler     = "iam-group"
        label       = "Production admins"
        may_ask     = { people = ["robin@example.com"] }
        may_approve = { people = ["alex@example.com"] }
        approvals   = 2
        durations   = ["30m"]
        longest     = "4h"
      }
    }
  }
  expect_failures = [aws_ssm_parameter.rules]
}

run "no_duration_is_short_enough" {
  command = plan
  module {
    source = "../modules/flow"
  }
  variables {
    targets = {
      prod-admins = {
        handler     = "iam-group"
        label       = "Production admins"
        may_ask     = { people = ["robin@example.com"] }
        may_approve = { people = ["alex@example.com"] }
        durations   = ["2h"]
        longest     = "90m"
      }
    }
  }
  expect_failures = [aws_ssm_parameter.rules]
}

run "no_duration_is_short_enough_for_the_broken_glass" {
  command = plan
  module {
    source = "../modules/flow"
  }
  variables {
    targets = {
      prod-admins = {
        handler     = "iam-group"
        label       = "Production admins"
        may_ask     = { people = ["robin@example.com"] }
        may_approve = { people = ["alex@example.com"] }
        durations   = ["2h"]
        longest     = "4h"
        break_glass = { may_ask = { people = ["robin@example.com"] }, longest = "30m", message = "The glass is broken." }
      }
    }
  }
  expect_failures = [aws_ssm_parameter.rules]
}

run "an_unknown_field_is_refused" {
  command = plan
  module {
    source = "../modules/flow"
  }
  variables {
    targets = {
      prod-admins = {
        handler     = "iam-group"
        label       = "Production admins"
        may_ask     = { people = ["robin@example.com"] }
        may_approve = { people = ["alex@example.com"] }
        aprovals    = 2
        durations   = ["30m"]
        longest     = "4h"
      }
    }
  }
  expect_failures = [aws_ssm_parameter.rules]
}

run "an_unknown_handler_is_refused" {
  command = plan
  module {
    source = "../modules/flow"
  }
  variables {
    targets = {
      prod-admins = {
        handler     = "iam-groups"
        label       = "Production admins"
        may_ask     = { people = ["robin@example.com"] }
        may_approve = { people = ["alex@example.com"] }
        durations   = ["30m"]
        longest     = "4h"
      }
    }
  }
  expect_failures = [aws_ssm_parameter.rules]
}

run "people_are_e_mails_and_durations_have_units" {
  command = plan
  module {
    source = "../modules/flow"
  }
  variables {
    targets = {
      prod-admins = {
        handler     = "iam-group"
        label       = "Production admins"
        may_ask     = { people = ["robin"] }
        may_approve = { people = ["alex@example.com"] }
        durations   = ["30"]
        longest     = "4h"
      }
    }
  }
  expect_failures = [aws_ssm_parameter.rules]
}

run "missing_fields_are_refused_with_a_sentence" {
  command = plan
  module {
    source = "../modules/flow"
  }
  variables {
    targets = { prod-admins = { handler = "iam-group" } }
  }
  expect_failures = [aws_ssm_parameter.rules]
}

run "keys_and_principals_have_their_forms" {
  command = plan
  module {
    source = "../modules/flow"
  }
  variables {
    targets            = { "Prod Admins" = {} }
    allowed_principals = ["arn:aws:sts::111122223333:assumed-role/*/{email}"]
    keep_days          = 0
  }
  expect_failures = [var.targets, var.allowed_principals, var.keep_days]
}

run "without_slack_a_flow_needs_principals" {
  command = plan
  module {
    source = "../modules/flow"
  }
  variables {
    allowed_principals = []
  }
  expect_failures = [var.allowed_principals]
}

run "slack_gets_a_function_a_route_and_the_channel_of_each_target" {
  command = apply
  module {
    source = "../modules/flow"
  }
  variables {
    slack = {
      team_id       = "T0123ABCD"
      secret_arn    = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:sym/slack-AbC123"
      kms_key_arn   = "arn:aws:kms:eu-west-1:111122223333:key/11111111-1111-4111-8111-111111111111"
      email_domains = ["example.com", "Example.org"]
      channel       = "C0APPROVERS"
    }
    targets = {
      prod-admins = {
        handler       = "iam-group"
        label         = "Production admins"
        may_ask       = { slack_user_groups = ["S0DEVELOPERS"] }
        may_approve   = { people = ["alex@example.com"] }
        durations     = ["30m"]
        longest       = "30m"
        slack_channel = "G0PRIVATE"
        on_call       = { may_ask = { slack_user_groups = ["S0ONCALL"] }, longest = "30m", message = "On-call." }
      }
      readers = {
        handler     = "iam-group"
        label       = "Readers"
        may_ask     = { people = ["robin@example.com"], slack_user_groups = ["S0DEVELOPERS"] }
        may_approve = { people = ["robin@example.com"], slack_user_groups = ["S0LEADS"] }
        approvals   = 2
        durations   = ["30m"]
        longest     = "30m"
      }
    }
  }
  assert {
    condition     = [for key in ["prod-admins", "readers"] : jsondecode(aws_ssm_parameter.rules[key].value).slack_channel] == ["G0PRIVATE", "C0APPROVERS"]
    error_message = "A target does not ask in its own channel, or in the channel of the variable slack."
  }
  assert {
    condition     = jsondecode(aws_ssm_parameter.rules["prod-admins"].value).may_ask.slack_user_groups == ["S0DEVELOPERS"]
    error_message = "The rules lost a user group."
  }
  assert {
    condition = alltrue([for function in aws_lambda_function.this : { for name, value in function.environment[0].variables : name => value if startswith(name, "SLACK_") } == {
      SLACK_EMAIL_DOMAINS = "example.com,example.org"
      SLACK_SECRET        = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:sym/slack-AbC123"
      SLACK_TEAM_ID       = "T0123ABCD"
    }])
    error_message = "A function does not know Slack."
  }
  assert {
    condition = alltrue([for policy in aws_iam_role_policy.function : {
      for statement in jsondecode(policy.policy).Statement : statement.Sid => statement.Resource if endswith(statement.Sid, "SlacksSecret")
      } == {
      DecryptSlacksSecret = "arn:aws:kms:eu-west-1:111122223333:key/11111111-1111-4111-8111-111111111111"
      ReadSlacksSecret    = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:sym/slack-AbC123"
    }])
    error_message = "A function cannot read the secret, or can read more."
  }
  assert {
    condition     = toset([for name, policy in aws_iam_role_policy.function : name if strcontains(policy.policy, "sns:Publish")]) == toset(["plan", "ask", "escalate", "hold", "deescalate", "watchman"])
    error_message = "A door may publish messages, or a step may not."
  }
  assert {
    condition     = aws_lambda_function.this["slack"].memory_size == 1024 && aws_lambda_function.this["slack"].handler == "index.slack" && endswith(aws_lambda_function.this["slack"].filename, "/slack-door.zip")
    error_message = "The function of Slack is not the slack-door with its memory."
  }
  assert {
    condition     = aws_apigatewayv2_route.slack[0].route_key == "POST /slack/events" && aws_apigatewayv2_route.slack[0].authorization_type == "NONE"
    error_message = "Slack cannot call its route."
  }
  assert {
    condition     = alltrue([for route in aws_apigatewayv2_route.this : route.authorization_type == "AWS_IAM"])
    error_message = "A route of the commands is open."
  }
  assert {
    condition     = endswith(aws_lambda_permission.slack[0].source_arn, "/*/POST/slack/events")
    error_message = "Another route may invoke the function of Slack."
  }
  assert {
    condition     = output.slack_request_url == "https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com/slack/events"
    error_message = "The output slack_request_url is not the address of the route."
  }
  assert {
    condition     = one([for settings in aws_apigatewayv2_stage.default.route_settings : settings.route_key]) == "POST /slack/events"
    error_message = "The route of Slack has no throttle of its own."
  }
  assert {
    condition     = length(setsubtract(["not-told-topic", "not-told-slack", "slack-errors"], keys(aws_cloudwatch_metric_alarm.this))) == 0 && aws_cloudwatch_metric_alarm.this["not-told-slack"].dimensions == tomap({ table = "sym-flow-requests", outlet = "slack" })
    error_message = "An alarm of Slack is missing, or watches another metric."
  }
}

run "without_slack_nothing_of_slack_is_deployed" {
  command = plan
  module {
    source = "../modules/flow"
  }
  variables {
    targets = {
      prod-admins = {
        handler     = "iam-group"
        label       = "Production admins"
        may_ask     = { people = ["robin@example.com"] }
        may_approve = { people = ["alex@example.com"] }
        durations   = ["30m"]
        longest     = "4h"
      }
    }
  }
  assert {
    condition     = !can(aws_lambda_function.this["slack"]) && length(aws_apigatewayv2_route.slack) == 0 && !can(jsondecode(aws_ssm_parameter.rules["prod-admins"].value).slack_channel)
    error_message = "The flow without Slack has a part of Slack."
  }
  assert {
    condition     = alltrue([for function in aws_lambda_function.this : !can(function.environment[0].variables["SLACK_SECRET"])])
    error_message = "A function of a flow without Slack would call Slack."
  }
  assert {
    condition     = contains(keys(aws_cloudwatch_metric_alarm.this), "not-told-topic") && !contains(keys(aws_cloudwatch_metric_alarm.this), "not-told-slack")
    error_message = "The alarms watch another outlet than the topic."
  }
}

run "user_groups_need_slack" {
  command = plan
  module {
    source = "../modules/flow"
  }
  variables {
    targets = {
      prod-admins = {
        handler     = "iam-group"
        label       = "Production admins"
        may_ask     = { slack_user_groups = ["S0DEVELOPERS"] }
        may_approve = { people = ["alex@example.com"] }
        durations   = ["30m"]
        longest     = "4h"
      }
    }
  }
  expect_failures = [aws_ssm_parameter.rules]
}

run "user_groups_of_breaking_the_glass_need_slack" {
  command = plan
  module {
    source = "../modules/flow"
  }
  variables {
    targets = {
      prod-admins = {
        handler     = "iam-group"
        label       = "Production admins"
        may_ask     = { people = ["robin@example.com"] }
        may_approve = { people = ["alex@example.com"] }
        durations   = ["30m"]
        longest     = "4h"
        break_glass = { may_ask = { slack_user_groups = ["S0ONCALL"] }, longest = "30m", message = "The glass is broken." }
      }
    }
  }
  expect_failures = [aws_ssm_parameter.rules]
}

run "a_channel_needs_slack" {
  command = plan
  module {
    source = "../modules/flow"
  }
  variables {
    targets = {
      prod-admins = {
        handler       = "iam-group"
        label         = "Production admins"
        may_ask       = { people = ["robin@example.com"] }
        may_approve   = { people = ["alex@example.com"] }
        durations     = ["30m"]
        longest       = "4h"
        slack_channel = "C0APPROVERS"
      }
    }
  }
  expect_failures = [aws_ssm_parameter.rules]
}

run "user_groups_and_channels_are_ids" {
  command = plan
  module {
    source = "../modules/flow"
  }
  variables {
    slack = {
      team_id       = "T0123ABCD"
      secret_arn    = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:sym/slack-AbC123"
      email_domains = ["example.com"]
      channel       = "C0APPROVERS"
    }
    targets = {
      group = {
        handler     = "iam-group"
        label       = "A group by its name"
        may_ask     = { slack_user_groups = ["@developers"] }
        may_approve = { people = ["alex@example.com"] }
        durations   = ["30m"]
        longest     = "4h"
      }
      channel = {
        handler       = "iam-group"
        label         = "A channel by its name"
        may_ask       = { people = ["robin@example.com"] }
        may_approve   = { people = ["alex@example.com"] }
        durations     = ["30m"]
        longest       = "4h"
        slack_channel = "#approvers"
      }
    }
  }
  expect_failures = [aws_ssm_parameter.rules["group"], aws_ssm_parameter.rules["channel"]]
}

run "members_have_no_other_fields" {
  command = plan
  module {
    source = "../modules/flow"
  }
  variables {
    slack = {
      team_id       = "T0123ABCD"
      secret_arn    = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:sym/slack-AbC123"
      email_domains = ["example.com"]
      channel       = "C0APPROVERS"
    }
    targets = {
      prod-admins = {
        handler     = "iam-group"
        label       = "Production admins"
        may_ask     = { people = ["robin@example.com"], slack_groups = ["S0DEVELOPERS"] }
        may_approve = { people = ["alex@example.com"] }
        durations   = ["30m"]
        longest     = "4h"
      }
    }
  }
  expect_failures = [aws_ssm_parameter.rules]
}

run "nobody_is_on_call" {
  command = plan
  module {
    source = "../modules/flow"
  }
  variables {
    slack = {
      team_id       = "T0123ABCD"
      secret_arn    = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:sym/slack-AbC123"
      email_domains = ["example.com"]
      channel       = "C0APPROVERS"
    }
    targets = {
      prod-admins = {
        handler     = "iam-group"
        label       = "Production admins"
        may_ask     = { people = ["robin@example.com"] }
        may_approve = { people = ["alex@example.com"] }
        durations   = ["30m"]
        longest     = "4h"
        on_call     = { may_ask = {}, longest = "30m", message = "On-call." }
      }
    }
  }
  expect_failures = [aws_ssm_parameter.rules]
}

run "slack_has_the_forms_of_its_values" {
  command = plan
  module {
    source = "../modules/flow"
  }
  variables {
    slack = {
      team_id       = "example"
      secret_arn    = "sym/slack"
      kms_key_arn   = "alias/slack"
      email_domains = ["@example.com"]
      channel       = "#approvers"
    }
  }
  expect_failures = [var.slack]
}

run "an_unknown_field_of_slack_is_refused" {
  command = plan
  module {
    source = "../modules/flow"
  }
  variables {
    slack = {
      team_id       = "T0123ABCD"
      secret_arn    = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:sym/slack-AbC123"
      kms_key       = "arn:aws:kms:eu-west-1:111122223333:key/11111111-1111-4111-8111-111111111111"
      email_domains = ["example.com"]
      channel       = "C0APPROVERS"
    }
  }
  expect_failures = [var.slack]
}

run "the_secret_is_in_the_region_of_the_flow" {
  command = plan
  module {
    source = "../modules/flow"
  }
  variables {
    slack = {
      team_id       = "T0123ABCD"
      secret_arn    = "arn:aws:secretsmanager:us-east-1:111122223333:secret:sym/slack-AbC123"
      email_domains = ["example.com"]
      channel       = "C0APPROVERS"
    }
  }
  expect_failures = [var.slack]
}
