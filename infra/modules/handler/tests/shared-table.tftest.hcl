mock_provider "aws" {
  source = "../../tests/mocks"
}

variables {
  name             = "acme-mine"
  zip              = "./main.tf" # Any file will do, since the tests run no function.
  policy           = "{\"Version\":\"2012-10-17\",\"Statement\":[]}"
  leases_table_arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/sym-mine-leases"
}

run "a_function_shares_the_table_of_another" {
  assert {
    condition     = length(aws_dynamodb_table.leases) == 0 && output.leases_table_name == "sym-mine-leases" && output.environment == { LEASES_TABLE = "sym-mine-leases" }
    error_message = "The function has its own table, or does not know the shared table."
  }
  assert {
    condition     = jsondecode(aws_iam_role_policy.own.policy).Statement[0].Resource == var.leases_table_arn
    error_message = "The function's role does not reach the shared table."
  }
}

run "a_table_of_another_region_is_refused" {
  command = plan
  variables {
    leases_table_arn = "arn:aws:dynamodb:eu-central-1:111122223333:table/sym-mine-leases"
  }
  expect_failures = [aws_lambda_function.this]
}

run "a_wildcard_is_no_table" {
  command = plan
  variables {
    leases_table_arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/*"
  }
  expect_failures = [var.leases_table_arn]
}
