locals {
  static_targets = merge(local.iam_group_targets, local.identity_center_group_targets, local.github_team_targets, local.feature_flag_targets)

  without_function = setsubtract(compact([
    length(var.iam_group_targets) + length(var.iam_group_choices) > 0 ? "iam-group" : "",
    length(var.identity_center_group_targets) > 0 ? "identity-center-group" : "",
    length(var.github_team_targets) > 0 ? "github-team" : "",
    length(var.feature_flag_targets) > 0 ? "feature-flag" : "",
  ]), keys(var.function_arns))
}

check "targets_have_a_function" {
  assert {
    condition     = length(local.without_function) == 0
    error_message = "There are targets for ${join(", ", local.without_function)}, but no such function in function_arns, so they are left out; deploy it with infra/aws first."
  }
}

# The role that the runtime assumes to invoke the functions.
resource "sym_integration" "functions" {
  count = var.connector_settings == null ? 0 : 1

  type        = "permission_context"
  name        = "${var.environment}-functions"
  label       = "Functions in ${var.connector_settings.account_id}"
  external_id = var.connector_settings.account_id
  settings    = var.connector_settings
}

resource "sym_strategy" "functions" {
  count = length(local.static_targets) == 0 ? 0 : 1

  type           = "aws_lambda"
  name           = "${var.environment}-functions"
  label          = "Access"
  integration_id = one(sym_integration.functions[*].id)

  targets = concat(
    [for target in sym_target.iam_group : target.id],
    [for target in sym_target.identity_center_group : target.id],
    [for target in sym_target.github_team : target.id],
    [for target in sym_target.feature_flag : target.id],
  )

  lifecycle {
    precondition {
      condition     = var.connector_settings != null
      error_message = "connector_settings is not set, so nobody could invoke the functions; set it to the output of infra/aws, or of symopsio/lambda-connector/aws."
    }
  }
}

resource "sym_flow" "access" {
  count = length(sym_strategy.functions)

  name           = "${var.environment}-access"
  label          = "Access"
  implementation = file("${path.module}/impl.py")
  environment_id = sym_environment.this.id

  vars = {
    approvals_channel = var.approvals_channel
  }

  params {
    strategy_id = sym_strategy.functions[0].id

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
