# The zips of a release in S3, in place of the build.
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

run "the_zips_of_a_release_in_s3" {
  command = plan
  override_resource {
    target          = aws_lambda_function.this
    override_during = plan
    values          = { code_sha256 = "LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE=" }
  }
  module {
    source = "../modules/flow"
  }
  variables {
    release = { folder = "./release", s3_bucket = "releases" }
  }

  assert {
    condition     = alltrue([for function in aws_lambda_function.this : function.s3_bucket == "releases" && function.s3_key == "flow-functions.zip" && function.source_code_hash == "LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE=" && function.filename == null])
    error_message = "A function does not take the zip of the release."
  }
}

run "another_zip_in_s3_fails_the_apply" {
  command = plan
  override_resource {
    target          = aws_lambda_function.this
    override_during = plan
    values          = { code_sha256 = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=" }
  }
  module {
    source = "../modules/flow"
  }
  variables {
    release = { folder = "./release", s3_bucket = "releases" }
  }
  expect_failures = [aws_lambda_function.this]
}

run "the_root_passes_on_null_and_the_release" {
  command = plan
  override_resource {
    target          = module.flow.aws_lambda_function.this
    override_during = plan
    values          = { code_sha256 = "LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE=" }
  }
  module {
    source = "../flow"
  }
  variables {
    tags                = null
    name_prefix         = null
    slack               = null
    keep_days           = null
    log_retention_days  = null
    alarm_topic_arn     = null
    deletion_protection = null
    release             = { folder = "./release", s3_bucket = "releases" }
  }

  assert {
    condition     = output.requests_table_name == "sym-flow-requests" && output.slack_request_url == null
    error_message = "A null variable of the root does not have its default, or the root knows another module."
  }
}

run "the_root_passes_on_the_prefix" {
  command = plan
  override_resource {
    target          = module.flow.aws_lambda_function.this
    override_during = plan
    values          = { code_sha256 = "LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE=" }
  }
  module {
    source = "../flow"
  }
  variables {
    name_prefix = "acme"
    release     = { folder = "./release", s3_bucket = "releases" }
  }

  assert {
    condition     = output.requests_table_name == "acme-flow-requests"
    error_message = "The root does not pass on its prefix."
  }
}
