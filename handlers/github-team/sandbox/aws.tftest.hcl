mock_provider "aws" {
  source = "./mocks"
}

run "the_secret_is_found_by_its_name" {
  command = plan
  module {
    source = "../aws"
  }
  variables {
    github_team = { app_id = "1234", secret_name = "github/app-key" }
  }

  assert {
    condition     = jsondecode(local.github_team_policy).Statement[0].Resource == "arn:aws:secretsmanager:eu-west-1:111122223333:secret:github/app-key-??????"
    error_message = "The policy reaches something else than the secret."
  }
}

run "installations_go_to_the_function_in_its_own_form" {
  module {
    source = "../aws"
  }
  variables {
    github_team = { app_id = "1234", secret_name = "github/app-key", installations = { acme = 12345678, Other = "23456789" } }
  }

  assert {
    condition     = module.github_team[0].environment["GITHUB_INSTALLATIONS"] == "Other=23456789,acme=12345678"
    error_message = "GITHUB_INSTALLATIONS is not what was given."
  }
  assert {
    condition     = module.github_team[0].environment["GITHUB_PRIVATE_KEY_SECRET"] == "github/app-key" && !contains(keys(module.github_team[0].environment), "GITHUB_TOKEN_SECRET")
    error_message = "The secret of an App is not its key."
  }
}

run "the_rule_for_logins_goes_to_the_function" {
  module {
    source = "../aws"
  }
  variables {
    github_team = {
      secret_name      = "github/token"
      identity_rule    = "suffix"
      identity_suffix  = "acme"
      identity_domains = ["example.com"]
    }
  }

  assert {
    condition = module.github_team[0].environment == {
      GITHUB_TOKEN_SECRET = "github/token"
      IDENTITY_RULE       = "suffix"
      IDENTITY_SUFFIX     = "acme"
      IDENTITY_DOMAINS    = "example.com"
      LEASES_TABLE        = "sym-github-team-leases"
    }
    error_message = "The environment of the function is not what was given."
  }
}

run "a_secrets_arn_is_no_name" {
  command = plan
  module {
    source = "../aws"
  }
  variables {
    github_team = { secret_name = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:key-a1b2c3" }
  }
  expect_failures = [var.github_team]
}

run "an_installations_name_is_no_id" {
  command = plan
  module {
    source = "../aws"
  }
  variables {
    github_team = { app_id = "1234", secret_name = "github/app-key", installations = { acme = "sym-access" } }
  }
  expect_failures = [var.github_team]
}

run "a_token_has_no_installations" {
  command = plan
  module {
    source = "../aws"
  }
  variables {
    github_team = { secret_name = "github/token", installations = { acme = 12345678 } }
  }
  expect_failures = [var.github_team]
}

run "a_key_is_one_key_by_its_arn" {
  command = plan
  module {
    source = "../aws"
  }
  variables {
    github_team = { secret_name = "github/token", secret_kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:alias/secrets" }
  }
  expect_failures = [var.github_team]
}

run "a_secret_is_needed" {
  command = plan
  module {
    source = "../aws"
  }
  variables {
    github_team = { app_id = "1234" }
  }
  expect_failures = [var.github_team]
}
