run "the_zips_of_a_build" {
  variables {
    build = "dist/{name}.zip"
  }
  assert {
    condition     = output.zip == "dist/{name}.zip" && length(output.s3) == 0
    error_message = "Without a release, the zips are not those of the build."
  }
}

run "the_zips_of_a_release" {
  variables {
    build   = "dist/{name}.zip"
    release = { folder = "../../tests/release", s3_prefix = null }
  }
  assert {
    condition     = output.zip == "../../tests/release/{name}.zip" && length(output.s3) == 0
    error_message = "The zips are not those of the release's folder."
  }
}

run "the_zips_in_s3_have_the_hashes_of_the_manifest" {
  variables {
    release = { folder = "../../tests/release", s3_bucket = "releases", s3_prefix = "v0.1.0/" }
  }
  assert {
    condition     = length(output.s3) == 2 && output.s3["iam-group.zip"] == { bucket = "releases", key = "v0.1.0/iam-group.zip", source_code_hash = "LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE=" }
    error_message = "The zips in S3 are not those of the manifest."
  }
}

run "a_folder_without_a_release_is_refused" {
  command = plan
  variables {
    release = { folder = "../../tests/mocks" }
  }
  expect_failures = [var.release]
}

run "an_unknown_field_is_refused" {
  command = plan
  variables {
    release = { folder = "../../tests/release", bucket = "releases" }
  }
  expect_failures = [var.release]
}
