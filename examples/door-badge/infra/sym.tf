variable "door_badge_targets" {
  description = "A sym_target for each door that people can ask for, by the target's name. label is what people see."
  type = map(object({
    door  = string
    label = optional(string)
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for name in keys(var.door_badge_targets) : can(regex("^[A-Za-z0-9_-]+$", name))])
    error_message = "door_badge_targets has ${join(", ", keys(var.door_badge_targets))}; use letters, digits, - and _ in the names of targets."
  }
}

locals {
  door_badge_targets = contains(keys(var.function_arns), "door-badge") ? {
    for name, target in var.door_badge_targets : "door-badge-${name}" => target
  } : {}
}

resource "sym_target" "door_badge" {
  for_each = local.door_badge_targets

  type  = "aws_lambda_function"
  name  = "${var.environment}-${each.key}"
  label = coalesce(each.value.label, "Door ${each.value.door}")

  settings = { arn = var.function_arns["door-badge"], door = each.value.door }
}
