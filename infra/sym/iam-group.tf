variable "iam_group_targets" {
  description = "A sym_target for each IAM group that people can ask for, by the target's name. The settings are those of handlers/iam-group; label is what people see."
  type = map(object({
    group_name = string
    role_arn   = optional(string)
    label      = optional(string)
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for name in keys(var.iam_group_targets) : can(regex("^[A-Za-z0-9_-]+$", name))])
    error_message = "iam_group_targets has ${join(", ", keys(var.iam_group_targets))}; use letters, digits, - and _ in the names of targets."
  }

  validation {
    condition     = alltrue([for target in var.iam_group_targets : can(regex("^[A-Za-z0-9_+=,.@-]{1,128}$", target.group_name))])
    error_message = "iam_group_targets has ${jsonencode([for target in var.iam_group_targets : target.group_name])} as group_name; use the names of IAM groups, without a path."
  }

  validation {
    condition     = alltrue([for target in var.iam_group_targets : target.role_arn == null || can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/", target.role_arn))])
    error_message = "iam_group_targets has ${jsonencode(compact([for target in var.iam_group_targets : target.role_arn]))} as role_arn; use the ARNs of roles."
  }
}

locals {
  iam_group_targets = contains(keys(var.function_arns), "iam-group") ? {
    for name, target in var.iam_group_targets : "iam-group-${name}" => target
  } : {}
}

resource "sym_target" "iam_group" {
  for_each = local.iam_group_targets

  type  = "aws_lambda_function"
  name  = "${var.environment}-${each.key}"
  label = coalesce(each.value.label, "IAM group ${each.value.group_name}")

  settings = { for name, value in {
    arn        = var.function_arns["iam-group"]
    group_name = each.value.group_name
    role_arn   = each.value.role_arn
  } : name => value if value != null }
}
