# Without AWS: which variables are refused, what things are called, and how far the policies reach.
mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "111122223333" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_data "aws_region" {
    defaults = { id = "eu-west-1" }
  }
  mock_resource "aws_dynamodb_table" {
    defaults = { arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/sym-leases" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::111122223333:role/mocked" }
  }
  mock_resource "aws_lambda_function" {
    defaults = { arn = "arn:aws:lambda:eu-west-1:111122223333:function:mocked" }
  }
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:eu-west-1:111122223333:log-group:mocked" }
  }
}

# These runs share a state, in which the table keeps the name that it had at first.
run "without_any_handler_only_the_table_is_made" {
  assert {
    condition     = output.function_arns == {} && output.connector_settings == null && output.leases_table_name == "sym-leases"
    error_message = "Something is deployed that nobody asked for."
  }
}

run "an_iam_group_is_all_that_the_policy_reaches" {
  variables {
    name_prefix       = "acme"
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

run "people_and_foreign_roles_can_be_narrowed_down" {
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

run "secrets_are_found_by_name" {
  variables {
    github_team = { app_id = "1234", secret_name = "github/app-key" }
  }

  assert {
    condition     = jsondecode(local.github_team_policy).Statement[0].Resource == "arn:aws:secretsmanager:eu-west-1:111122223333:secret:github/app-key-??????"
    error_message = "The policy reaches something else than the secret."
  }
}

run "installations_go_to_the_function_in_its_own_form" {
  command = plan
  variables {
    github_team = { app_id = "1234", secret_name = "github/app-key", installations = { acme = 12345678, Other = "23456789" } }
  }

  assert {
    condition     = local.github_team_installations == "Other=23456789,acme=12345678"
    error_message = "GITHUB_INSTALLATIONS is not what was given."
  }
}

run "what_people_may_choose_goes_to_the_function" {
  variables {
    iam_group = {
      group_arns       = ["arn:aws:iam::111122223333:group/readers"]
      allowed_settings = { group_name = ["readers"] }
    }
  }

  assert {
    condition     = local.allowed_settings["iam_group"]["ALLOWED_SETTINGS"] == "{\"group_name\":[\"readers\"]}"
    error_message = "ALLOWED_SETTINGS is not what was allowed."
  }
}

run "a_runtime_without_functions_has_no_connector" {
  variables {
    runtime_external_id = "5f0c7a52-0000-4000-8000-000000000001"
  }

  assert {
    condition     = output.connector_settings == null && output.runtime_settings != null
    error_message = "IAM takes no connector that may invoke nothing."
  }
}

run "null_is_as_good_as_unset" {
  variables {
    name_prefix         = null
    tags                = null
    environment         = null
    runtime_role_arns   = null
    runtime             = null
    log_retention_days  = null
    deletion_protection = null
    iam_group           = { group_arns = ["arn:aws:iam::111122223333:group/readers"], role_arns = null, environment = null }
  }

  assert {
    condition     = keys(output.function_arns) == ["iam-group"] && output.leases_table_name == "sym-leases"
    error_message = "A variable that is null has not its default."
  }
}

run "a_store_can_have_a_longer_id" {
  variables {
    identity_center_group = {
      identity_store_arn = "arn:aws:identitystore::111122223333:identitystore/90671c2f-4001-7000-8000-00000000000b"
      group_ids          = ["90671c2f-4001-7000-8000-00000000000a"]
    }
  }

  assert {
    condition     = jsondecode(local.identity_center_group_policy).Statement[0].Resource[0] == var.identity_center_group.identity_store_arn
    error_message = "The policy reaches another store."
  }
}

run "a_wildcard_for_a_group_is_refused" {
  command = plan
  variables {
    iam_group = { group_arns = ["arn:aws:iam::111122223333:group/*"] }
  }
  expect_failures = [var.iam_group]
}

run "a_handler_that_could_change_nothing_is_refused" {
  command = plan
  variables {
    iam_group             = {}
    identity_center_group = {}
    feature_flag          = {}
  }
  expect_failures = [var.iam_group, var.identity_center_group, var.feature_flag]
}

run "an_unknown_environment_variable_is_refused" {
  command = plan
  variables {
    iam_group = {
      group_arns  = ["arn:aws:iam::111122223333:group/readers"]
      environment = { USERNAME_RULE = "email" }
    }
  }
  expect_failures = [var.iam_group]
}

run "a_groups_name_is_no_id" {
  command = plan
  variables {
    identity_center_group = {
      identity_store_arn = "arn:aws:identitystore::111122223333:identitystore/d-1234567890"
      group_ids          = ["Administrators"]
    }
  }
  expect_failures = [var.identity_center_group]
}

run "groups_need_their_store" {
  command = plan
  variables {
    identity_center_group = { group_ids = ["90671c2f-4001-7000-8000-00000000000a"] }
  }
  expect_failures = [var.identity_center_group]
}

run "a_secrets_arn_is_no_name" {
  command = plan
  variables {
    github_team = { secret_name = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:key-a1b2c3" }
  }
  expect_failures = [var.github_team]
}

run "an_installations_name_is_no_id" {
  command = plan
  variables {
    github_team = { app_id = "1234", secret_name = "github/app-key", installations = { acme = "sym-access" } }
  }
  expect_failures = [var.github_team]
}

run "a_token_has_no_installations" {
  command = plan
  variables {
    github_team = { secret_name = "github/token", installations = { acme = 12345678 } }
  }
  expect_failures = [var.github_team]
}

run "an_applications_name_is_no_id" {
  command = plan
  variables {
    feature_flag = { appconfig = [{
      application_id           = "My Shop"
      environment_id           = "prod123"
      configuration_profile_id = "flag123"
      deployment_strategy_id   = "AppConfig.AllAtOnce"
    }] }
  }
  expect_failures = [var.feature_flag]
}

run "a_group_of_another_account_is_refused" {
  command = plan
  variables {
    iam_group = { group_arns = ["arn:aws:iam::444455556666:group/readers"] }
  }
  expect_failures = [data.aws_caller_identity.current]
}

run "a_key_is_one_key_by_its_arn" {
  command = plan
  variables {
    identity_center_group = {
      identity_store_arn = "arn:aws:identitystore::111122223333:identitystore/d-1234567890"
      group_ids          = ["90671c2f-4001-7000-8000-00000000000a"]
      kms_key_arn        = "*"
    }
    github_team  = { secret_name = "github/token", secret_kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:alias/secrets" }
    feature_flag = { launchdarkly_secret_name = "flags", secret_kms_key_arns = ["arn:aws:kms:eu-west-1:111122223333:key/*"] }
  }
  expect_failures = [var.identity_center_group, var.github_team, var.feature_flag]
}

run "an_empty_secret_and_names_that_are_none_are_refused" {
  command = plan
  variables {
    environment       = "my prod"
    runtime_role_arns = ["*"]
    alarm_topic_arn   = "access-alarms"
    feature_flag      = { launchdarkly_secret_name = "" }
    identity_center_group = {
      identity_store_arn = "arn:aws:identitystore::111122223333:identitystore/d-1234567890"
      group_ids          = ["90671c2f-4001-7000-8000-00000000000a"]
      region             = "Frankfurt"
    }
  }
  expect_failures = [var.environment, var.runtime_role_arns, var.alarm_topic_arn, var.feature_flag, var.identity_center_group]
}

run "only_flags_that_are_named_can_be_switched" {
  command = plan
  variables {
    feature_flag = { launchdarkly_secret_name = "flags", toggle_allowed = ["shop/production/*"] }
  }
  expect_failures = [var.feature_flag]
}

run "a_token_is_not_sent_in_the_clear" {
  command = plan
  variables {
    feature_flag = { unleash = { url = "http://unleash.example.com", secret_name = "flags" } }
  }
  expect_failures = [var.feature_flag]
}

run "a_short_external_id_is_refused" {
  command = plan
  variables {
    runtime_external_id = "guess"
  }
  expect_failures = [var.runtime_external_id]
}
