# A second flow, in which people choose the group themselves. Sym puts what they chose into the target's settings; the
# function accepts it only if its ALLOWED_SETTINGS lists it, and its policy covers the group.
variable "iam_group_choices" {
  description = "Names of the IAM groups that people can choose from. The function's ALLOWED_SETTINGS must list them as group_name, and with them the group_name of every other target of iam-group. Empty for no such flow."
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
      error_message = "connector_settings is not set, so nobody could invoke the functions; set it to the output of infra/aws, or of symopsio/lambda-connector/aws."
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
