mock_provider "aws" {
  source = "./mocks"
}

run "the_secret_is_all_that_the_policy_reaches" {
  command = plan
  module {
    source = "../aws"
  }
  variables {
    launchdarkly_flag = { secret_name = "flags/token" }
  }

  assert {
    condition     = jsondecode(local.launchdarkly_flag_policy).Statement[*].Resource == ["arn:aws:secretsmanager:eu-west-1:111122223333:secret:flags/token-??????"]
    error_message = "The policy reaches something else than the secret."
  }
}

run "what_was_given_goes_to_the_function" {
  module {
    source = "../aws"
  }
  variables {
    launchdarkly_flag = {
      url              = "https://flags.example.com"
      secret_name      = "flags/token"
      toggle_allowed   = ["shop/production/new-checkout"]
      identity_domains = ["example.com"]
    }
  }

  assert {
    condition = module.launchdarkly_flag[0].environment == {
      LAUNCHDARKLY_URL    = "https://flags.example.com"
      LAUNCHDARKLY_SECRET = "flags/token"
      TOGGLE_ALLOWED      = "[\"shop/production/new-checkout\"]"
      IDENTITY_DOMAINS    = "example.com"
      LEASES_TABLE        = "sym-launchdarkly-flag-leases"
    }
    error_message = "The environment of the function is not what was given."
  }
}

run "a_handler_that_could_change_nothing_is_refused" {
  command = plan
  module {
    source = "../aws"
  }
  variables {
    launchdarkly_flag = {}
  }
  expect_failures = [var.launchdarkly_flag]
}

run "an_empty_secret_is_refused" {
  command = plan
  module {
    source = "../aws"
  }
  variables {
    launchdarkly_flag = { secret_name = "" }
  }
  expect_failures = [var.launchdarkly_flag]
}

run "a_key_is_one_key_by_its_arn" {
  command = plan
  module {
    source = "../aws"
  }
  variables {
    launchdarkly_flag = { secret_name = "flags", secret_kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:key/*" }
  }
  expect_failures = [var.launchdarkly_flag]
}

run "only_flags_that_are_named_can_be_switched" {
  command = plan
  module {
    source = "../aws"
  }
  variables {
    launchdarkly_flag = { secret_name = "flags", toggle_allowed = ["shop/production/*"] }
  }
  expect_failures = [var.launchdarkly_flag]
}

run "a_token_is_not_sent_in_the_clear" {
  command = plan
  module {
    source = "../aws"
  }
  variables {
    launchdarkly_flag = { url = "http://flags.example.com", secret_name = "flags" }
  }
  expect_failures = [var.launchdarkly_flag]
}
