variable "identity_center_group_targets" {
  description = "A sym_target for each group of IAM Identity Center that people can ask for, by the target's name. The settings are those of handlers/identity-center-group; label is what people see."
  type = map(object({
    identity_store_id = optional(string)
    group_id          = optional(string)
    group_name        = optional(string)
    region            = optional(string)
    role_arn          = optional(string)
    session_hours     = optional(number)
    label             = optional(string)
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for name in keys(var.identity_center_group_targets) : can(regex("^[A-Za-z0-9_-]+$", name))])
    error_message = "identity_center_group_targets has ${join(", ", keys(var.identity_center_group_targets))}; use letters, digits, - and _ in the names of targets."
  }

  validation {
    condition     = alltrue([for target in var.identity_center_group_targets : (target.group_id == null) != (target.group_name == null)])
    error_message = "Each of identity_center_group_targets needs a group_id or a group_name, and not both; see ${join(", ", [for name, target in var.identity_center_group_targets : name if(target.group_id == null) == (target.group_name == null)])}."
  }

  validation {
    condition     = alltrue([for target in var.identity_center_group_targets : target.identity_store_id != null || can(regex("/", target.group_id))])
    error_message = "Each of identity_center_group_targets needs an identity_store_id, unless its group_id begins with one and a slash; see ${join(", ", [for name, target in var.identity_center_group_targets : name if target.identity_store_id == null && !can(regex("/", target.group_id))])}."
  }

  validation {
    condition     = alltrue([for target in var.identity_center_group_targets : target.session_hours == null || contains(range(1, 13), coalesce(target.session_hours, 1))])
    error_message = "identity_center_group_targets has ${jsonencode([for target in var.identity_center_group_targets : target.session_hours if target.session_hours != null])} as session_hours; use whole numbers from 1 to 12."
  }
}

locals {
  identity_center_group_targets = contains(keys(var.function_arns), "identity-center-group") ? {
    for name, target in var.identity_center_group_targets : "identity-center-group-${name}" => target
  } : {}
}

resource "sym_target" "identity_center_group" {
  for_each = local.identity_center_group_targets

  type  = "aws_lambda_function"
  name  = "${var.environment}-${each.key}"
  label = coalesce(each.value.label, "Identity Center group ${coalesce(each.value.group_name, each.value.group_id)}")

  settings = { for name, value in {
    arn               = var.function_arns["identity-center-group"]
    identity_store_id = each.value.identity_store_id
    group_id          = each.value.group_id
    group_name        = each.value.group_name
    region            = each.value.region
    role_arn          = each.value.role_arn
    session_hours     = each.value.session_hours
  } : name => value if value != null }
}
