resource "sym_integration" "slack" {
  type        = "slack"
  name        = "${var.environment}-slack"
  label       = "Slack"
  external_id = var.slack_workspace_id
}

resource "sym_error_logger" "slack" {
  integration_id = sym_integration.slack.id
  destination    = var.errors_channel
}

# The role that Sym's own account assumes before the connector's role.
resource "sym_integration" "runtime_context" {
  count = var.runtime_settings == null ? 0 : 1

  type        = "permission_context"
  name        = "${var.environment}-runtime-context"
  label       = "Runtime in ${var.runtime_settings.account_id}"
  external_id = var.runtime_settings.account_id
  settings    = var.runtime_settings
}

resource "sym_runtime" "this" {
  count = var.runtime_settings == null ? 0 : 1

  name       = var.environment
  label      = "Runtime of ${var.environment}"
  context_id = sym_integration.runtime_context[0].id
}

resource "sym_environment" "this" {
  name            = var.environment
  label           = "Access in ${var.environment}"
  runtime_id      = var.runtime_settings == null ? var.runtime_id : sym_runtime.this[0].id
  error_logger_id = sym_error_logger.slack.id

  integrations = {
    slack_id = sym_integration.slack.id
  }

  lifecycle {
    precondition {
      condition     = (var.runtime_id == null) != (var.runtime_settings == null)
      error_message = "${var.runtime_id == null ? "Neither" : "Each"} of runtime_id and runtime_settings is set; set runtime_id to use an existing runtime, or runtime_settings to make a new runtime."
    }
  }
}
