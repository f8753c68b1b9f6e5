# Rules that nobody can fulfil, and rules that make no sense, fail the plan. packages/flow refuses the same rules.
mock_provider "aws" {
  source = "./mocks"
}

variables {
  function_arns      = { "iam-group" = "arn:aws:lambda:us-east-1:111122223333:function:sym-iam-group" }
  allowed_principals = ["arn:aws:sts::111122223333:assumed-role/Access/{email}"]
  targets            = {}
}

run "a_rule_becomes_a_parameter" {
  command = plan
  module {
    source = "../flow"
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
    source = "../flow"
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
    source = "../flow"
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
    source = "../flow"
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
    source = "../flow"
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
    source = "../flow"
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
    source = "../flow"
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
    source = "../flow"
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
    source = "../flow"
  }
  variables {
    targets = { prod-admins = { handler = "iam-group" } }
  }
  expect_failures = [aws_ssm_parameter.rules]
}

run "keys_and_principals_have_their_forms" {
  command = plan
  module {
    source = "../flow"
  }
  variables {
    targets            = { "Prod Admins" = {} }
    allowed_principals = ["arn:aws:sts::111122223333:assumed-role/*/{email}"]
    keep_days          = 0
  }
  expect_failures = [var.targets, var.allowed_principals, var.keep_days]
}
