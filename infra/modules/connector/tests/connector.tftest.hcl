mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "111122223333" }
  }
  mock_data "aws_region" {
    defaults = { id = "eu-west-1" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::111122223333:role/sym/SymLambdaProd" }
  }
}

variables {
  environment       = "prod"
  lambda_arns       = ["arn:aws:lambda:eu-west-1:111122223333:function:sym-iam-group"]
  runtime_role_arns = ["arn:aws:iam::111122223333:role/sym/SymRuntimeProd"]
}

run "the_settings_are_those_of_syms_own_module" {
  assert {
    condition = output.settings == {
      cloud      = "aws"
      region     = "eu-west-1"
      role_arn   = "arn:aws:iam::111122223333:role/sym/SymLambdaProd"
      account_id = "111122223333"
    }
    error_message = "symopsio/lambda-connector/aws has other settings."
  }
  assert {
    condition     = aws_iam_role.this.name == "SymLambdaProd" && aws_iam_role.this.path == "/sym/"
    error_message = "Sym's runtime may only assume roles under /sym/."
  }
  assert {
    condition     = tolist(jsondecode(aws_iam_role_policy.this.policy).Statement[0].Resource) == var.lambda_arns
    error_message = "The connector may invoke other functions than the given functions."
  }
  assert {
    condition     = tolist(jsondecode(aws_iam_role.this.assume_role_policy).Statement[0].Principal.AWS) == var.runtime_role_arns
    error_message = "Other principals than the runtimes may assume the connector."
  }
}

run "a_wildcard_for_the_functions_is_refused" {
  command = plan
  variables {
    lambda_arns = ["arn:aws:lambda:eu-west-1:111122223333:function:*"]
  }
  expect_failures = [var.lambda_arns]
}

run "no_functions_are_refused" {
  command = plan
  variables {
    lambda_arns = []
  }
  expect_failures = [var.lambda_arns]
}

run "everybody_as_a_runtime_is_refused" {
  command = plan
  variables {
    runtime_role_arns = ["*"]
  }
  expect_failures = [var.runtime_role_arns]
}
