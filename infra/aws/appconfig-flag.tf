variable "appconfig_flag" {
  description = <<-EOT
    Deploys handlers/appconfig-flag.
    places: the places in AWS AppConfig where the function may change flags, each with application_id, environment_id, configuration_profile_id and deployment_strategy_id.
    toggle_allowed: the flags that the function may switch for all users, each as project/environment/flag.
    allowed_settings, audit_people, environment, leases_table_arn, reserved_concurrency: as modules/handler describes them.
  EOT
  type        = any # Not object(): main.tf says why.
  default     = null

  validation {
    condition     = try(length(setsubtract(keys(var.appconfig_flag), keys(local.appconfig_flag_fields))) == 0, var.appconfig_flag == null)
    error_message = "appconfig_flag has ${try(join(", ", setsubtract(keys(var.appconfig_flag), keys(local.appconfig_flag_fields))), jsonencode(var.appconfig_flag))}; its fields are ${join(", ", keys(local.appconfig_flag_fields))}."
  }
  validation {
    condition     = var.appconfig_flag == null || try(length(var.appconfig_flag.places), 0) > 0
    error_message = "appconfig_flag needs places: without one, the function could change nothing."
  }
  validation {
    condition     = try(length(setsubtract(flatten([for place in try(var.appconfig_flag.places, []) : keys(place)]), local.appconfig_flag_place_fields)) == 0, try(var.appconfig_flag.places, null) == null)
    error_message = "appconfig_flag.places has ${join(", ", try(setsubtract(flatten([for place in var.appconfig_flag.places : keys(place)]), local.appconfig_flag_place_fields), ["no places with fields"]))}; the fields of a place are ${join(", ", local.appconfig_flag_place_fields)}."
  }
  validation {
    condition     = try(var.appconfig_flag.places, null) == null || can([for place in var.appconfig_flag.places : [for id in [place.application_id, place.environment_id, place.configuration_profile_id] : regex("^[a-z0-9]{4,7}$", id)]])
    error_message = "Each of appconfig_flag.places has ids of 4 to 7 small letters and digits, not names."
  }
  validation {
    condition     = try(var.appconfig_flag.places, null) == null || can([for place in var.appconfig_flag.places : regex("^([a-z0-9]{4,7}|AppConfig\\.[A-Za-z0-9]{9,40})$", place.deployment_strategy_id)])
    error_message = "Each deployment_strategy_id of appconfig_flag.places is an id, or a predefined strategy such as AppConfig.AllAtOnce."
  }
  validation {
    condition     = try(var.appconfig_flag.toggle_allowed, null) == null || can([for toggle in tolist(var.appconfig_flag.toggle_allowed) : regex("^[^/*]+/[^/*]+/[^/*]+$", toggle)])
    error_message = "Each of appconfig_flag.toggle_allowed is one flag, as project/environment/flag, without a wildcard."
  }
  validation {
    condition     = try(var.appconfig_flag.environment, null) == null || try(length(setsubtract(keys(var.appconfig_flag.environment), ["SWEEP_GRACE_SECONDS", "SWEEP_ACTION"])) == 0, false)
    error_message = "appconfig_flag.environment may have SWEEP_GRACE_SECONDS and SWEEP_ACTION; set other variables through their own fields."
  }
}

locals {
  appconfig_flag_place_fields = ["application_id", "environment_id", "configuration_profile_id", "deployment_strategy_id"]
  appconfig_flag_fields = merge(local.handler_fields, {
    places         = []
    toggle_allowed = []
  })
  appconfig_flag = merge(local.appconfig_flag_fields, try({ for name, value in var.appconfig_flag : name => value if value != null }, {}))
}

module "appconfig_flag" {
  source = "../modules/handler"
  count  = var.appconfig_flag == null ? 0 : 1

  name   = "${var.name_prefix}-appconfig-flag"
  zip    = replace(local.zip, "{name}", "appconfig-flag")
  s3     = try(local.s3["appconfig-flag.zip"], null)
  policy = local.appconfig_flag_policy

  environment = merge(
    { TOGGLE_ALLOWED = jsonencode(local.appconfig_flag.toggle_allowed) },
    local.appconfig_flag.environment,
  )
  allowed_settings = local.appconfig_flag.allowed_settings

  runtime              = var.runtime
  reserved_concurrency = local.appconfig_flag.reserved_concurrency
  leases_table_arn     = local.appconfig_flag.leases_table_arn
  deletion_protection  = var.deletion_protection
  log_retention_days   = var.log_retention_days
  audit_people         = local.appconfig_flag.audit_people
  alarm_topic_arn      = var.alarm_topic_arn
}

locals {
  appconfig_flag_arn_prefix = "arn:${local.partition}:appconfig:${local.region}:${local.account_id}:"

  appconfig_flag_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "ChangeTheFlags"
        Effect = "Allow"
        Action = [
          "appconfig:CreateHostedConfigurationVersion",
          "appconfig:DeleteHostedConfigurationVersion",
          "appconfig:GetEnvironment",
          "appconfig:GetHostedConfigurationVersion",
          "appconfig:ListHostedConfigurationVersions",
          "appconfig:StartDeployment",
        ]
        Resource = distinct(flatten([for place in local.appconfig_flag.places : [
          "${local.appconfig_flag_arn_prefix}application/${place.application_id}",
          "${local.appconfig_flag_arn_prefix}application/${place.application_id}/environment/${place.environment_id}",
          "${local.appconfig_flag_arn_prefix}application/${place.application_id}/configurationprofile/${place.configuration_profile_id}",
          # AppConfig numbers the versions. The function makes a version for each change, and deletes old versions.
          "${local.appconfig_flag_arn_prefix}application/${place.application_id}/configurationprofile/${place.configuration_profile_id}/hostedconfigurationversion/*",
          "${local.appconfig_flag_arn_prefix}deploymentstrategy/${place.deployment_strategy_id}",
        ]]))
      },
      {
        # Before deleting a version, the function checks whether any environment of the application has deployed the
        # version. Older lists of deployments do not name the profile, so the function reads the deployments, too.
        Sid    = "SeeWhatIsDeployed"
        Effect = "Allow"
        Action = [
          "appconfig:GetDeployment",
          "appconfig:ListDeployments",
          "appconfig:ListEnvironments",
        ]
        Resource = distinct(flatten([for place in local.appconfig_flag.places : [
          "${local.appconfig_flag_arn_prefix}application/${place.application_id}",
          "${local.appconfig_flag_arn_prefix}application/${place.application_id}/environment/*",
        ]]))
      },
    ]
  })
}
