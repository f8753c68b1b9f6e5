# The zip in S3, in place of a file.
mock_provider "aws" {
  source = "../../tests/mocks"
}

variables {
  name   = "sym-mine"
  policy = "{\"Version\":\"2012-10-17\",\"Statement\":[]}"
}

run "a_zip_in_s3_needs_no_file" {
  command = plan
  override_resource {
    target          = aws_lambda_function.this
    override_during = plan
    values          = { code_sha256 = "LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE=" }
  }
  variables {
    zip = null
    s3  = { bucket = "releases", key = "v0.1.0/mine.zip", source_code_hash = "LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE=" }
  }

  assert {
    condition     = aws_lambda_function.this.s3_bucket == "releases" && aws_lambda_function.this.s3_key == "v0.1.0/mine.zip" && aws_lambda_function.this.filename == null && aws_lambda_function.this.source_code_hash == "LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE="
    error_message = "The function does not take the zip in S3."
  }
}

run "another_zip_in_s3_fails_the_apply" {
  command = plan
  override_resource {
    target          = aws_lambda_function.this
    override_during = plan
    values          = { code_sha256 = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=" }
  }
  variables {
    s3 = { bucket = "releases", key = "v0.1.0/mine.zip", source_code_hash = "LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE=" }
  }
  expect_failures = [aws_lambda_function.this]
}

run "a_hash_in_hexadecimal_is_refused" {
  command = plan
  variables {
    s3 = { bucket = "releases", key = "mine.zip", source_code_hash = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881" }
  }
  expect_failures = [var.s3]
}

run "neither_a_file_nor_s3_is_refused" {
  command = plan
  variables {
    zip = null
  }
  expect_failures = [aws_lambda_function.this]
}
