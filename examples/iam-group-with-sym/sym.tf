# The group as a target that people can request in Slack.
resource "sym_integration" "slack" {
  type        = "slack"
  name        = "${local.environment}-slack"
  external_id = var.slack_workspace_id
}

resource "sym_error_logger" "slack" {
  integration_id = sym_integration.slack.id
  destination    = "#sym-errors"
}

resource "sym_environment" "this" {
  name            = local.environment
  runtime_id      = var.runtime_id
  error_logger_id = sym_error_logger.slack.id
  integrations    = { slack_id = sym_integration.slack.id }
}

resource "sym_integration" "functions" {
  type        = "permission_context"
  name        = "${local.environment}-functions"
  external_id = module.connector.settings.account_id
  settings    = module.connector.settings
}

resource "sym_target" "iam_group" {
  type  = "aws_lambda_function"
  name  = "${local.environment}-iam-group"
  label = "IAM group ${var.group_name}"

  settings = {
    arn        = module.iam_group.function_arn
    group_name = var.group_name
  }
}

resource "sym_strategy" "functions" {
  type           = "aws_lambda"
  name           = "${local.environment}-functions"
  label          = "Access"
  integration_id = sym_integration.functions.id
  targets        = [sym_target.iam_group.id]
}

resource "sym_flow" "access" {
  name           = "${local.environment}-access"
  label          = "Access"
  implementation = file("${path.module}/impl.py")
  environment_id = sym_environment.this.id
  vars           = { approvals_channel = "#access-requests" }

  params {
    strategy_id = sym_strategy.functions.id

    prompt_field {
      name  = "reason"
      label = "What do you need it for?"
      type  = "string"
    }

    prompt_field {
      name           = "duration"
      label          = "For how long?"
      type           = "duration"
      allowed_values = ["30m", "1h", "4h"]
    }
  }
}
