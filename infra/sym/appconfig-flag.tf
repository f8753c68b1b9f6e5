variable "appconfig_flag_targets" {
  description = "A sym_target for each feature flag in AWS AppConfig that people can request, by the target's name. The settings are those of handlers/appconfig-flag; label is what people see."
  type        = map(map(string)) # Not map(object()): variables.tf says why.
  default     = {}
  nullable    = false

  validation {
    condition     = length(setsubtract(flatten([for target in var.appconfig_flag_targets : keys(target)]), local.appconfig_flag_target_fields)) == 0
    error_message = "appconfig_flag_targets has ${join(", ", setsubtract(flatten([for target in var.appconfig_flag_targets : keys(target)]), local.appconfig_flag_target_fields))}; the fields of a target are ${join(", ", local.appconfig_flag_target_fields)}."
  }

  validation {
    condition     = alltrue([for name in keys(var.appconfig_flag_targets) : can(regex("^[A-Za-z0-9_-]+$", name))])
    error_message = "appconfig_flag_targets has ${join(", ", keys(var.appconfig_flag_targets))}; use letters, digits, - and _ in the names of targets."
  }

  validation {
    condition     = length([for name, target in var.appconfig_flag_targets : name if length(compact([for field in ["project", "environment", "flag", "configuration_profile"] : lookup(target, field, null)])) < 4]) == 0
    error_message = "Each of appconfig_flag_targets needs project, environment, flag and configuration_profile; see ${join(", ", [for name, target in var.appconfig_flag_targets : name if length(compact([for field in ["project", "environment", "flag", "configuration_profile"] : lookup(target, field, null)])) < 4])}."
  }

  validation {
    condition     = alltrue([for target in var.appconfig_flag_targets : coalesce(lookup(target, "mode", null), "toggle") == "toggle"])
    error_message = "appconfig_flag_targets has ${jsonencode(compact([for target in var.appconfig_flag_targets : lookup(target, "mode", null)]))} as mode; use toggle or none, because AppConfig cannot target individual users."
  }

  validation {
    condition     = alltrue([for target in var.appconfig_flag_targets : contains(["on", "off"], coalesce(lookup(target, "variation", null), "on"))])
    error_message = "appconfig_flag_targets has ${jsonencode(compact([for target in var.appconfig_flag_targets : lookup(target, "variation", null)]))} as variation; use on, off or none."
  }
}

locals {
  appconfig_flag_target_fields = ["mode", "project", "environment", "flag", "configuration_profile", "deployment_strategy", "variation", "label"]
  appconfig_flag_targets = {
    for name, target in var.appconfig_flag_targets : "appconfig-flag-${name}" => target if contains(keys(var.function_arns), "appconfig-flag")
  }
}

resource "sym_target" "appconfig_flag" {
  for_each = local.appconfig_flag_targets

  type  = "aws_lambda_function"
  name  = "${var.environment}-${each.key}"
  label = coalesce(lookup(each.value, "label", null), "Feature flag ${each.value.flag} in ${each.value.environment}")

  settings = {
    for name, value in merge(each.value, { arn = var.function_arns["appconfig-flag"], label = null }) : name => value if value != null
  }
}

locals {
  appconfig_flag = {
    handler    = "appconfig-flag"
    is_offered = length(var.appconfig_flag_targets) > 0
    targets    = values(sym_target.appconfig_flag)
  }
}
