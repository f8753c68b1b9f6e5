variable "feature_flag_targets" {
  description = "A sym_target for each feature flag that people can ask for, by the target's name. The settings are those of handlers/feature-flag; label is what people see."
  type = map(object({
    provider              = string
    mode                  = optional(string)
    project               = string
    environment           = string
    flag                  = string
    variation             = optional(string)
    context_key           = optional(string)
    context_kind          = optional(string)
    configuration_profile = optional(string)
    deployment_strategy   = optional(string)
    label                 = optional(string)
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for name in keys(var.feature_flag_targets) : can(regex("^[A-Za-z0-9_-]+$", name))])
    error_message = "feature_flag_targets has ${join(", ", keys(var.feature_flag_targets))}; use letters, digits, - and _ in the names of targets."
  }

  validation {
    condition = alltrue([for target in var.feature_flag_targets : contains(
      ["launchdarkly target-user", "launchdarkly toggle", "unleash target-user", "unleash toggle", "appconfig toggle"],
      "${target.provider} ${coalesce(target.mode, "target-user")}"
    )])
    error_message = "feature_flag_targets has ${jsonencode([for target in var.feature_flag_targets : "${target.provider} ${coalesce(target.mode, "target-user")}"])} as provider and mode; use launchdarkly or unleash with target-user or toggle, or appconfig with toggle."
  }

  validation {
    condition = alltrue([for target in var.feature_flag_targets : target.mode == "toggle"
      ? contains(["on", "off"], coalesce(target.variation, "on"))
      : (target.provider == "launchdarkly") == (target.variation != null)
    ])
    error_message = "feature_flag_targets has ${jsonencode([for target in var.feature_flag_targets : target.variation])} as variation; LaunchDarkly needs one for a person, Unleash none, and a toggle on, off or none."
  }

  validation {
    condition     = alltrue([for target in var.feature_flag_targets : (target.provider == "appconfig") == (target.configuration_profile != null)])
    error_message = "Set configuration_profile for AppConfig, and only there; see ${join(", ", [for name, target in var.feature_flag_targets : name if(target.provider == "appconfig") != (target.configuration_profile != null)])} of feature_flag_targets."
  }
}

locals {
  feature_flag_targets = contains(keys(var.function_arns), "feature-flag") ? {
    for name, target in var.feature_flag_targets : "feature-flag-${name}" => target
  } : {}
}

resource "sym_target" "feature_flag" {
  for_each = local.feature_flag_targets

  type  = "aws_lambda_function"
  name  = "${var.environment}-${each.key}"
  label = coalesce(each.value.label, "Feature flag ${each.value.flag} in ${each.value.environment}")

  settings = { for name, value in {
    arn                   = var.function_arns["feature-flag"]
    provider              = each.value.provider
    mode                  = each.value.mode
    project               = each.value.project
    environment           = each.value.environment
    flag                  = each.value.flag
    variation             = each.value.variation
    context_key           = each.value.context_key
    context_kind          = each.value.context_kind
    configuration_profile = each.value.configuration_profile
    deployment_strategy   = each.value.deployment_strategy
  } : name => value if value != null }
}
