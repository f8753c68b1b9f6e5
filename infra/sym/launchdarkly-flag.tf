variable "launchdarkly_flag_targets" {
  description = "A sym_target for each feature flag in LaunchDarkly that people can request, by the target's name. The settings are those of handlers/launchdarkly-flag; label is what people see."
  type        = map(map(string)) # Not map(object()): variables.tf says why.
  default     = {}
  nullable    = false

  validation {
    condition     = length(setsubtract(flatten([for target in var.launchdarkly_flag_targets : keys(target)]), local.launchdarkly_flag_target_fields)) == 0
    error_message = "launchdarkly_flag_targets has ${join(", ", setsubtract(flatten([for target in var.launchdarkly_flag_targets : keys(target)]), local.launchdarkly_flag_target_fields))}; the fields of a target are ${join(", ", local.launchdarkly_flag_target_fields)}."
  }

  validation {
    condition     = alltrue([for name in keys(var.launchdarkly_flag_targets) : can(regex("^[A-Za-z0-9_-]+$", name))])
    error_message = "launchdarkly_flag_targets has ${join(", ", keys(var.launchdarkly_flag_targets))}; use letters, digits, - and _ in the names of targets."
  }

  validation {
    condition     = length([for name, target in var.launchdarkly_flag_targets : name if length(compact([for field in ["project", "environment", "flag"] : lookup(target, field, null)])) < 3]) == 0
    error_message = "Each of launchdarkly_flag_targets needs project, environment and flag; see ${join(", ", [for name, target in var.launchdarkly_flag_targets : name if length(compact([for field in ["project", "environment", "flag"] : lookup(target, field, null)])) < 3])}."
  }

  validation {
    condition     = alltrue([for target in var.launchdarkly_flag_targets : contains(["target-user", "toggle"], coalesce(lookup(target, "mode", null), "target-user"))])
    error_message = "launchdarkly_flag_targets has ${jsonencode(compact([for target in var.launchdarkly_flag_targets : lookup(target, "mode", null)]))} as mode; use target-user or toggle."
  }

  validation {
    condition = alltrue([for target in var.launchdarkly_flag_targets : lookup(target, "mode", null) == "toggle"
      ? contains(["on", "off"], coalesce(lookup(target, "variation", null), "on"))
      : lookup(target, "variation", null) != null
    ])
    error_message = "launchdarkly_flag_targets has ${jsonencode([for target in var.launchdarkly_flag_targets : lookup(target, "variation", null)])} as variation; set one for mode target-user; for mode toggle, use on, off or none."
  }
}

locals {
  launchdarkly_flag_target_fields = ["mode", "project", "environment", "flag", "variation", "context_key", "context_kind", "label"]
  launchdarkly_flag_targets = {
    for name, target in var.launchdarkly_flag_targets : "launchdarkly-flag-${name}" => target if contains(keys(var.function_arns), "launchdarkly-flag")
  }
}

resource "sym_target" "launchdarkly_flag" {
  for_each = local.launchdarkly_flag_targets

  type  = "aws_lambda_function"
  name  = "${var.environment}-${each.key}"
  label = coalesce(lookup(each.value, "label", null), "Feature flag ${each.value.flag} in ${each.value.environment}")

  settings = {
    for name, value in merge(each.value, { arn = var.function_arns["launchdarkly-flag"], label = null }) : name => value if value != null
  }
}

locals {
  launchdarkly_flag = {
    handler    = "launchdarkly-flag"
    is_offered = length(var.launchdarkly_flag_targets) > 0
    targets    = values(sym_target.launchdarkly_flag)
  }
}
