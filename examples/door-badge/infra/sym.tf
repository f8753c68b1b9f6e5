variable "door_badge_targets" {
  description = "A sym_target for each door that people can request, by the target's name. The settings are those of handlers/door-badge; label is what people see."
  type        = map(map(string)) # Not map(object()): variables.tf says why.
  default     = {}
  nullable    = false

  validation {
    condition     = length(setsubtract(flatten([for target in var.door_badge_targets : keys(target)]), local.door_badge_target_fields)) == 0
    error_message = "door_badge_targets has ${join(", ", setsubtract(flatten([for target in var.door_badge_targets : keys(target)]), local.door_badge_target_fields))}; the fields of a target are ${join(", ", local.door_badge_target_fields)}."
  }

  validation {
    condition     = alltrue([for name in keys(var.door_badge_targets) : can(regex("^[A-Za-z0-9_-]+$", name))])
    error_message = "door_badge_targets has ${join(", ", keys(var.door_badge_targets))}; use letters, digits, - and _ in the names of targets."
  }

  validation {
    condition     = can([for target in var.door_badge_targets : regex("^[A-Za-z0-9_-]+$", target.door)])
    error_message = "door_badge_targets has ${jsonencode([for target in var.door_badge_targets : lookup(target, "door", null)])} as door; use the names of doors."
  }
}

locals {
  door_badge_target_fields = ["door", "label"]
  door_badge_targets = {
    for name, target in var.door_badge_targets : "door-badge-${name}" => target if contains(keys(var.function_arns), "door-badge")
  }
}

resource "sym_target" "door_badge" {
  for_each = local.door_badge_targets

  type  = "aws_lambda_function"
  name  = "${var.environment}-${each.key}"
  label = coalesce(lookup(each.value, "label", null), "Door ${each.value.door}")

  settings = {
    for name, value in merge(each.value, { arn = var.function_arns["door-badge"], label = null }) : name => value if value != null
  }
}

locals {
  door_badge = {
    handler    = "door-badge"
    is_offered = length(var.door_badge_targets) > 0
    targets    = values(sym_target.door_badge)
  }
}
