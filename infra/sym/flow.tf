locals {
  # The handlers with requestable targets, a line for each. The file with the handler's name has everything else.
  handlers = [
    local.appconfig_flag,
    local.github_team,
    local.iam_group,
    local.identity_center_group,
    local.launchdarkly_flag,
    local.unleash_flag,
  ]
  targets          = flatten(local.handlers[*].targets)
  own_flows        = flatten([for handler in local.handlers : try(handler.own_flows, [])])
  without_function = [for handler in local.handlers : handler.handler if handler.is_offered && !contains(keys(var.function_arns), handler.handler)]
}

check "targets_have_a_function" {
  assert {
    condition     = length(local.without_function) == 0
    error_message = "function_arns has no function for ${join(", ", local.without_function)}, so the targets are left out. Deploy the function with infra/aws first."
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
  count = length(local.targets) == 0 ? 0 : 1

  type           = "aws_lambda"
  name           = "${var.environment}-functions"
  label          = "Access"
  integration_id = one(sym_integration.functions[*].id)
  targets        = local.targets[*].id

  lifecycle {
    precondition {
      condition     = var.connector_settings != null
      error_message = "connector_settings is not set, so Sym could not invoke the functions; set connector_settings to the output of infra/aws, or of symopsio/lambda-connector/aws."
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
