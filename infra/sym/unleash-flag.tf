variable "unleash_flag_targets" {
  description = "A sym_target for each feature flag in Unleash that people can request, by the target's name. The settings are those of handlers/unleash-flag; label is what people see."
  type        = map(map(string)) # Not map(object()): variables.tf says why.
  default     = {}
  nullable    = false

  validation {
    condition     = length(setsubtract(flatten([for target in var.unleash_flag_targets : keys(target)]), local.unleash_flag_target_fields)) == 0
    error_message = "unleash_flag_targets has ${join(", ", setsubtract(flatten([for target in var.unleash_flag_targets : keys(target)]), local.unleash_flag_target_fields))}; the fields of a target are ${join(", ", local.unleash_flag_target_fields)}."
  }

  validation {
    condition     = alltrue([for name in keys(var.unleash_flag_targets) : can(regex("^[A-Za-z0-9_-]+$", name))])
    error_message = "unleash_flag_targets has ${join(", ", keys(var.unleash_flag_targets))}; use letters, digits, - and _ in the names of targets."
  }

  validation {
    condition     = length([for name, target in var.unleash_flag_targets : name if length(compact([for field in ["project", "environment", "flag"] : lookup(target, field, null)])) < 3]) == 0
    error_message = "Each of unleash_flag_targets needs project, environment and flag; see ${join(", ", [for name, target in var.unleash_flag_targets : name if length(compact([for field in ["project", "environment", "flag"] : lookup(target, field, null)])) < 3])}."
  }

  validation {
    condition     = alltrue([for target in var.unleash_flag_targets : contains(["target-user", "toggle"], coalesce(lookup(target, "mode", null), "target-user"))])
    error_message = "unleash_flag_targets has ${jsonencode(compact([for target in var.unleash_flag_targets : lookup(target, "mode", null)]))} as mode; use target-user or toggle."
  }

  validation {
    condition = alltrue([for target in var.unleash_flag_targets : lookup(target, "mode", null) == "toggle"
      ? contains(["on", "off"], coalesce(lookup(target, "variation", null), "on"))
      : lookup(target, "variation", null) == null
    ])
    error_message = "unleash_flag_targets has ${jsonencode([for target in var.unleash_flag_targets : lookup(target, "variation", null)])} as variation; use none for mode target-user; for mode toggle, use on, off or none."
  }
}

locals {
  unleash_flag_target_fields = ["mode", "project", "environment", "flag", "variation", "context_key", "label"]
  unleash_flag_targets = {
    for name, target in var.unleash_flag_targets : "unleash-flag-${name}" => target if contains(keys(var.function_arns), "unleash-flag")
  }
}

resource "sym_target" "unleash_flag" {
  for_each = local.unleash_flag_targets

  type  = "aws_lambda_function"
  name  = "${var.environment}-${each.key}"
  label = coalesce(lookup(each.value, "label", null), "Feature flag ${each.value.flag} in ${each.value.environment}")

  settings = {
    for name, value in merge(each.value, { arn = var.function_arns["unleash-flag"], label = null }) : name => value if value != null
  }
}

locals {
  unleash_flag = {
    handler    = "unleash-flag"
    is_offered = length(var.unleash_flag_targets) > 0
    targets    = values(sym_target.unleash_flag)
  }
}
