mock_provider "aws" {
  source = "./mocks"
}

variables {
  name_prefix = "acme"
}

run "an_iam_group_is_all_that_the_policy_reaches" {
  module {
    source = "../aws"
  }
  variables {
    runtime_role_arns = ["arn:aws:iam::111122223333:role/sym/SymRuntimeProd"]
    iam_group         = { group_arns = ["arn:aws:iam::111122223333:group/teams/prod-admins"] }
  }

  assert {
    condition     = keys(output.function_arns) == ["iam-group"]
    error_message = "Only iam-group was asked for."
  }
  assert {
    condition = jsondecode(local.iam_group_policy).Statement[*].Resource == [
      ["arn:aws:iam::111122223333:group/teams/prod-admins"],
      ["arn:aws:iam::111122223333:user/*"],
    ]
    error_message = "The policy reaches something else than the group and the users of this account."
  }
  assert {
    condition     = module.iam_group[0].alarm_names["failed"] == "acme-iam-group-failed"
    error_message = "name_prefix does not begin the names of what belongs to a function."
  }
}

run "the_saved_queries_read_the_log_of_the_function" {
  command = plan
  module {
    source = "../aws"
  }
  variables {
    iam_group = { group_arns = ["arn:aws:iam::111122223333:group/prod-admins"], audit_people = true }
  }

  assert {
    condition = { for name, query in aws_cloudwatch_query_definition.this : query.name => query.log_group_names } == {
      "acme/what fails and why"  = tolist(["/aws/lambda/acme-iam-group"])
      "acme/what one person had" = tolist(["/aws/lambda/acme-iam-group"])
      "acme/who had access"      = tolist(["/aws/lambda/acme-iam-group"])
    }
    error_message = "Another query is saved, or a query reads other logs."
  }
  assert {
    condition     = module.iam_group[0].environment["AUDIT_PEOPLE"] == "true"
    error_message = "audit_people does not reach the function."
  }
}

run "users_and_foreign_roles_can_be_narrowed_down" {
  command = plan
  module {
    source = "../aws"
  }
  variables {
    iam_group = {
      role_arns = ["arn:aws:iam::444455556666:role/sym-target"]
      user_arns = ["arn:aws:iam::111122223333:user/people/*"]
    }
  }

  assert {
    condition     = jsondecode(local.iam_group_policy).Statement[*].Action == ["sts:AssumeRole"]
    error_message = "Without groups in this account, nothing in it may be touched."
  }
}

run "fields_that_are_null_have_their_defaults" {
  command = plan
  module {
    source = "../aws"
  }
  variables {
    iam_group = { group_arns = ["arn:aws:iam::111122223333:group/readers"], role_arns = null, environment = null, reserved_concurrency = null }
  }

  assert {
    condition     = keys(output.function_arns) == ["iam-group"] && local.iam_group.reserved_concurrency == -1
    error_message = "A field that is null has not its default."
  }
}

run "what_people_may_choose_and_how_they_are_found_goes_to_the_function" {
  module {
    source = "../aws"
  }
  variables {
    iam_group = {
      group_arns       = ["arn:aws:iam::111122223333:group/readers"]
      allowed_settings = { group_name = ["readers"] }
      identity_rule    = "local-part"
      identity_domains = ["example.com", "example.org"]
      identity_map     = { "robin@example.com" = "robin" }
    }
  }

  assert {
    condition = module.iam_group[0].environment == {
      ALLOWED_SETTINGS = "{\"group_name\":[\"readers\"]}"
      IDENTITY_RULE    = "local-part"
      IDENTITY_DOMAINS = "example.com,example.org"
      IDENTITY_MAP     = "{\"robin@example.com\":\"robin\"}"
      LEASES_TABLE     = "acme-iam-group-leases"
    }
    error_message = "The environment of the function is not what was given."
  }
}

run "a_wildcard_for_a_group_is_refused" {
  command = plan
  module {
    source = "../aws"
  }
  variables {
    iam_group = { group_arns = ["arn:aws:iam::111122223333:group/*"] }
  }
  expect_failures = [var.iam_group]
}

run "a_handler_that_could_change_nothing_is_refused" {
  command = plan
  module {
    source = "../aws"
  }
  variables {
    iam_group = {}
  }
  expect_failures = [var.iam_group]
}

run "an_unknown_environment_variable_is_refused" {
  command = plan
  module {
    source = "../aws"
  }
  variables {
    iam_group = {
      group_arns  = ["arn:aws:iam::111122223333:group/readers"]
      environment = { IDENTITY_RULE = "email" }
    }
  }
  expect_failures = [var.iam_group]
}

run "a_rule_that_the_handler_has_not_is_refused" {
  command = plan
  module {
    source = "../aws"
  }
  variables {
    iam_group = {
      group_arns    = ["arn:aws:iam::111122223333:group/readers"]
      identity_rule = "lookup"
    }
  }
  expect_failures = [var.iam_group]
}

run "lists_that_are_none_are_refused" {
  command = plan
  module {
    source = "../aws"
  }
  variables {
    iam_group = {
      group_arns = "arn:aws:iam::111122223333:group/readers"
      role_arns  = [["arn:aws:iam::444455556666:role/sym-target"]]
      user_arns  = { robin = "arn:aws:iam::111122223333:user/robin" }
    }
  }
  expect_failures = [var.iam_group]
}

run "a_group_of_another_account_is_refused" {
  command = plan
  module {
    source = "../aws"
  }
  variables {
    iam_group = { group_arns = ["arn:aws:iam::444455556666:group/readers"] }
  }
  expect_failures = [var.iam_group]
}
