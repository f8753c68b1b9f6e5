# The variables that all functions share. Tests of one handler's file are in handlers/<handler>/sandbox/aws.tftest.hcl.
mock_provider "aws" {
  source = "./mocks"
}

run "without_any_handler_nothing_is_made" {
  module {
    source = "../aws"
  }
  assert {
    condition     = output.function_arns == {} && output.connector_settings == null && output.leases_table_names == {}
    error_message = "Terraform deploys resources without a handler's variable."
  }
}

run "a_runtime_without_functions_has_no_connector" {
  module {
    source = "../aws"
  }
  variables {
    runtime_external_id = "5f0c7a52-0000-4000-8000-000000000001"
  }

  assert {
    condition     = output.connector_settings == null && output.runtime_settings != null
    error_message = "Terraform makes a connector without functions, which IAM would refuse."
  }
}

run "null_is_as_good_as_unset" {
  module {
    source = "../aws"
  }
  variables {
    name_prefix         = null
    tags                = null
    environment         = null
    runtime_role_arns   = null
    runtime             = null
    log_retention_days  = null
    deletion_protection = null
  }

  assert {
    condition     = var.name_prefix == "sym" && var.environment == "prod" && var.log_retention_days == 90 && var.deletion_protection
    error_message = "A null variable does not have its default."
  }
}

run "names_that_are_none_are_refused" {
  command = plan
  module {
    source = "../aws"
  }
  variables {
    environment       = "my prod"
    runtime_role_arns = ["*"]
    alarm_topic_arn   = "access-alarms"
  }
  expect_failures = [var.environment, var.runtime_role_arns, var.alarm_topic_arn]
}

run "a_short_external_id_is_refused" {
  command = plan
  module {
    source = "../aws"
  }
  variables {
    runtime_external_id = "guess"
  }
  expect_failures = [var.runtime_external_id]
}

run "a_release_in_s3_is_deployed_by_its_manifest" {
  command = plan
  module {
    source = "../aws"
  }
  variables {
    iam_group = { group_arns = ["arn:aws:iam::111122223333:group/prod-admins"] }
    release   = { folder = "./release", s3_bucket = "releases", s3_prefix = "v0.1.0/" }
  }

  assert {
    condition     = length(local.s3) == 2 && local.s3["iam-group.zip"] == { bucket = "releases", key = "v0.1.0/iam-group.zip", source_code_hash = "LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE=" }
    error_message = "The zips in S3 are not those of the manifest."
  }
}
