variable "iam_group_targets" {
  description = "A sym_target for each IAM group that people can request, by the target's name. The settings are those of handlers/iam-group; label is what people see."
  type        = map(map(string)) # Not map(object()): variables.tf says why.
  default     = {}
  nullable    = false

  validation {
    condition     = length(setsubtract(flatten([for target in var.iam_group_targets : keys(target)]), local.iam_group_target_fields)) == 0
    error_message = "iam_group_targets has ${join(", ", setsubtract(flatten([for target in var.iam_group_targets : keys(target)]), local.iam_group_target_fields))}; the fields of a target are ${join(", ", local.iam_group_target_fields)}."
  }

  validation {
    condition     = alltrue([for name in keys(var.iam_group_targets) : can(regex("^[A-Za-z0-9_-]+$", name))])
    error_message = "iam_group_targets has ${join(", ", keys(var.iam_group_targets))}; use letters, digits, - and _ in the names of targets."
  }

  validation {
    condition     = can([for target in var.iam_group_targets : regex("^[A-Za-z0-9_+=,.@-]{1,128}$", target.group_name)])
    error_message = "iam_group_targets has ${jsonencode([for target in var.iam_group_targets : lookup(target, "group_name", null)])} as group_name; use the names of IAM groups, without a path."
  }

  validation {
    condition     = alltrue([for target in var.iam_group_targets : lookup(target, "role_arn", null) == null || can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/", target.role_arn))])
    error_message = "iam_group_targets has ${jsonencode(compact([for target in var.iam_group_targets : lookup(target, "role_arn", null)]))} as role_arn; use the ARNs of roles."
  }
}

locals {
  iam_group_target_fields = ["group_name", "role_arn", "label"]
  iam_group_targets = {
    for name, target in var.iam_group_targets : "iam-group-${name}" => target if contains(keys(var.function_arns), "iam-group")
  }
}

resource "sym_target" "iam_group" {
  for_each = local.iam_group_targets

  type  = "aws_lambda_function"
  name  = "${var.environment}-${each.key}"
  label = coalesce(lookup(each.value, "label", null), "IAM group ${each.value.group_name}")

  settings = {
    for name, value in merge(each.value, { arn = var.function_arns["iam-group"], label = null }) : name => value if value != null
  }
}

locals {
  iam_group = {
    handler    = "iam-group"
    is_offered = length(var.iam_group_targets) + length(var.iam_group_choices) > 0
    targets    = values(sym_target.iam_group)
    own_flows  = [for flow in sym_flow.iam_group_choice : { name = flow.name, targets = sym_target.iam_group_choice }]
  }
}

# A second flow, in which people choose the group themselves. Sym puts the chosen group into the target's settings. The
# function accepts the group only if its ALLOWED_SETTINGS lists the group and its policy covers the group.
variable "iam_group_choices" {
  description = "Names of the IAM groups that people can choose from. The function's ALLOWED_SETTINGS must list these groups as group_name, and also the group_name of every other target of iam-group. Empty for no second flow."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for name in var.iam_group_choices : can(regex("^[A-Za-z0-9_+=,.@-]{1,128}$", name))])
    error_message = "iam_group_choices has ${jsonencode(var.iam_group_choices)}; use the names of IAM groups, without a path."
  }
}

resource "sym_target" "iam_group_choice" {
  count = length(var.iam_group_choices) > 0 && contains(keys(var.function_arns), "iam-group") ? 1 : 0

  type           = "aws_lambda_function"
  name           = "${var.environment}-iam-group-choice"
  label          = "IAM group of your choice"
  settings       = { arn = var.function_arns["iam-group"] }
  field_bindings = ["group_name"]
}

resource "sym_strategy" "iam_group_choice" {
  count = length(sym_target.iam_group_choice)

  type           = "aws_lambda"
  name           = "${var.environment}-iam-group-choice"
  label          = "IAM group of your choice"
  integration_id = one(sym_integration.functions[*].id)
  targets        = sym_target.iam_group_choice[*].id

  lifecycle {
    precondition {
      condition     = var.connector_settings != null
      error_message = "connector_settings is not set, so Sym could not invoke the functions; set connector_settings to the output of infra/aws, or of symopsio/lambda-connector/aws."
    }
  }
}

resource "sym_flow" "iam_group_choice" {
  count = length(sym_strategy.iam_group_choice)

  name           = "${var.environment}-iam-group-choice"
  label          = "IAM group of your choice"
  implementation = file("${path.module}/impl.py")
  environment_id = sym_environment.this.id

  vars = {
    approvals_channel = var.approvals_channel
  }

  params {
    strategy_id = sym_strategy.iam_group_choice[0].id

    prompt_field {
      name           = "group_name"
      label          = "Which group?"
      type           = "string"
      allowed_values = var.iam_group_choices
    }

    prompt_field {
      name  = "reason"
      label = "What do you need it for?"
      type  = "string"
    }

    prompt_field {
      name           = "duration"
      label          = "For how long?"
      type           = "duration"
      allowed_values = var.durations
    }
  }
}
