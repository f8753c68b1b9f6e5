mock_provider "aws" {
  source = "./mocks"
}

run "places_are_all_that_the_policy_reaches" {
  command = plan
  module {
    source = "../aws"
  }
  variables {
    appconfig_flag = { places = [{
      application_id           = "shop123"
      environment_id           = "prod123"
      configuration_profile_id = "flag123"
      deployment_strategy_id   = "AppConfig.AllAtOnce"
    }] }
  }

  assert {
    condition = tolist(jsondecode(local.appconfig_flag_policy).Statement[0].Resource) == tolist([
      "arn:aws:appconfig:eu-west-1:111122223333:application/shop123",
      "arn:aws:appconfig:eu-west-1:111122223333:application/shop123/environment/prod123",
      "arn:aws:appconfig:eu-west-1:111122223333:application/shop123/configurationprofile/flag123",
      "arn:aws:appconfig:eu-west-1:111122223333:application/shop123/configurationprofile/flag123/hostedconfigurationversion/*",
      "arn:aws:appconfig:eu-west-1:111122223333:deploymentstrategy/AppConfig.AllAtOnce",
    ])
    error_message = "The policy reaches something else than the places."
  }
  assert {
    condition = jsondecode(local.appconfig_flag_policy).Statement[1] == {
      Sid    = "SeeWhatIsDeployed"
      Effect = "Allow"
      Action = ["appconfig:GetDeployment", "appconfig:ListDeployments", "appconfig:ListEnvironments"]
      Resource = [
        "arn:aws:appconfig:eu-west-1:111122223333:application/shop123",
        "arn:aws:appconfig:eu-west-1:111122223333:application/shop123/environment/*",
      ]
    }
    error_message = "Of other environments, the policy allows more than to see what is deployed."
  }
  assert {
    condition     = alltrue([for action in jsondecode(local.appconfig_flag_policy).Statement[0].Action : startswith(action, "appconfig:")])
    error_message = "The policy allows something else than AppConfig's own actions."
  }
}

run "a_handler_that_could_change_nothing_is_refused" {
  command = plan
  module {
    source = "../aws"
  }
  variables {
    appconfig_flag = {}
  }
  expect_failures = [var.appconfig_flag]
}

run "an_applications_name_is_no_id" {
  command = plan
  module {
    source = "../aws"
  }
  variables {
    appconfig_flag = { places = [{
      application_id           = "My Shop"
      environment_id           = "prod123"
      configuration_profile_id = "flag123"
      deployment_strategy_id   = "AppConfig.AllAtOnce"
    }] }
  }
  expect_failures = [var.appconfig_flag]
}

run "a_strategys_name_is_no_id" {
  command = plan
  module {
    source = "../aws"
  }
  variables {
    appconfig_flag = { places = [{
      application_id           = "shop123"
      environment_id           = "prod123"
      configuration_profile_id = "flag123"
      deployment_strategy_id   = "All at once"
    }] }
  }
  expect_failures = [var.appconfig_flag]
}

run "a_place_has_no_other_fields" {
  command = plan
  module {
    source = "../aws"
  }
  variables {
    appconfig_flag = { places = [{
      application_id           = "shop123"
      environment_id           = "prod123"
      configuration_profile_id = "flag123"
      deployment_strategy_id   = "AppConfig.AllAtOnce"
      deployment_strategy      = "abcd"
    }] }
  }
  expect_failures = [var.appconfig_flag]
}

run "only_flags_that_are_named_can_be_switched" {
  command = plan
  module {
    source = "../aws"
  }
  variables {
    appconfig_flag = { places = [{
      application_id           = "shop123"
      environment_id           = "prod123"
      configuration_profile_id = "flag123"
      deployment_strategy_id   = "AppConfig.AllAtOnce"
    }], toggle_allowed = ["shop123/prod123/*"] }
  }
  expect_failures = [var.appconfig_flag]
}
