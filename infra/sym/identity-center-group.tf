variable "identity_center_group_targets" {
  description = "A sym_target for each group of IAM Identity Center that people can request, by the target's name. The settings are those of handlers/identity-center-group; label is what people see."
  type        = map(map(string)) # Not map(object()): variables.tf says why.
  default     = {}
  nullable    = false

  validation {
    condition     = length(setsubtract(flatten([for target in var.identity_center_group_targets : keys(target)]), local.identity_center_group_target_fields)) == 0
    error_message = "identity_center_group_targets has ${join(", ", setsubtract(flatten([for target in var.identity_center_group_targets : keys(target)]), local.identity_center_group_target_fields))}; the fields of a target are ${join(", ", local.identity_center_group_target_fields)}."
  }

  validation {
    condition     = alltrue([for name in keys(var.identity_center_group_targets) : can(regex("^[A-Za-z0-9_-]+$", name))])
    error_message = "identity_center_group_targets has ${join(", ", keys(var.identity_center_group_targets))}; use letters, digits, - and _ in the names of targets."
  }

  validation {
    condition     = length([for target in var.identity_center_group_targets : target if(lookup(target, "group_id", null) == null) == (lookup(target, "group_name", null) == null)]) == 0
    error_message = "Each of identity_center_group_targets needs a group_id or a group_name, and not both; see ${join(", ", [for name, target in var.identity_center_group_targets : name if(lookup(target, "group_id", null) == null) == (lookup(target, "group_name", null) == null)])}."
  }

  validation {
    condition     = length([for target in var.identity_center_group_targets : target if lookup(target, "identity_store_id", null) == null && !can(regex("/", target.group_id))]) == 0
    error_message = "Each of identity_center_group_targets needs an identity_store_id, unless its group_id begins with one and a slash; see ${join(", ", [for name, target in var.identity_center_group_targets : name if lookup(target, "identity_store_id", null) == null && !can(regex("/", target.group_id))])}."
  }

  validation {
    condition     = alltrue([for target in var.identity_center_group_targets : lookup(target, "session_hours", null) == null || can(index(range(1, 13), tonumber(target.session_hours)))])
    error_message = "identity_center_group_targets has [${join(", ", compact([for target in var.identity_center_group_targets : lookup(target, "session_hours", null)]))}] as session_hours; use whole numbers from 1 to 12."
  }
}

locals {
  identity_center_group_target_fields = ["identity_store_id", "group_id", "group_name", "region", "role_arn", "session_hours", "label"]
  identity_center_group_targets = {
    for name, target in var.identity_center_group_targets : "identity-center-group-${name}" => target if contains(keys(var.function_arns), "identity-center-group")
  }
}

resource "sym_target" "identity_center_group" {
  for_each = local.identity_center_group_targets

  type  = "aws_lambda_function"
  name  = "${var.environment}-${each.key}"
  label = coalesce(lookup(each.value, "label", null), "Identity Center group ${coalesce(lookup(each.value, "group_name", null), lookup(each.value, "group_id", null))}")

  settings = {
    for name, value in merge(each.value, { arn = var.function_arns["identity-center-group"], label = null }) : name => value if value != null
  }
}

locals {
  identity_center_group = {
    handler    = "identity-center-group"
    is_offered = length(var.identity_center_group_targets) > 0
    targets    = values(sym_target.identity_center_group)
  }
}
