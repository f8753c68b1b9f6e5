# The door of Slack: whom the flow trusts in Slack, and the route that Slack calls.
variable "slack" {
  description = <<-EOT
    Lets people ask and decide in Slack, and tells messages there. infra/flow/README.md, "Slack", has the steps.
    team_id: the id of the workspace, such as T0123ABCD. Accounts of other workspaces do not count.
    secret_arn: the full ARN of a secret in Secrets Manager with the JSON {"bot_token":"…","signing_secret":"…"}. Terraform does not read the secret.
    kms_key_arn: the KMS key of the secret, if the key is not the account's own aws/secretsmanager.
    email_domains: a person's e-mail must have one of these domains.
    channel: the id of the channel that asks for decisions, for targets without a slack_channel of their own.
  EOT
  type        = any # Not object(): infra/README.md, "Unknown fields", says why.
  default     = null

  validation {
    condition     = try(length(setsubtract(keys(var.slack), keys(local.slack_fields))) == 0, var.slack == null)
    error_message = "slack has ${try(join(", ", setsubtract(keys(var.slack), keys(local.slack_fields))), jsonencode(var.slack))}; its fields are ${join(", ", keys(local.slack_fields))}."
  }
  validation {
    condition     = var.slack == null || can(regex("^T[A-Z0-9]+$", var.slack.team_id))
    error_message = "slack.team_id is ${jsonencode(try(var.slack.team_id, null))}; it must be the id of a workspace, such as T0123ABCD."
  }
  validation {
    condition     = var.slack == null || can(regex("^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]+-[A-Za-z0-9]{6}$", var.slack.secret_arn))
    error_message = "slack.secret_arn is ${jsonencode(try(var.slack.secret_arn, null))}; it must be the full ARN of a secret in Secrets Manager, with the six characters at its end that AWS made up."
  }
  validation {
    condition     = try(split(":", var.slack.secret_arn)[3] == local.region, true)
    error_message = "slack.secret_arn is in ${try(split(":", var.slack.secret_arn)[3], "")}, but the flow is in ${local.region}; replicate the secret to ${local.region}, and name the replica."
  }
  validation {
    condition     = try(var.slack.kms_key_arn, null) == null || can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", var.slack.kms_key_arn))
    error_message = "slack.kms_key_arn is ${jsonencode(try(var.slack.kms_key_arn, null))}; it must be the ARN of a KMS key, and not of an alias."
  }
  validation {
    condition     = var.slack == null || try(length([for domain in tolist(var.slack.email_domains) : regex("^[A-Za-z0-9-]+(?:\\.[A-Za-z0-9-]+)+$", domain)]) > 0, false)
    error_message = "slack.email_domains is ${jsonencode(try(var.slack.email_domains, null))}; it must be a list of at least one domain, such as [\"example.com\"]."
  }
  validation {
    condition     = var.slack == null || can(regex(local.slack_channel, var.slack.channel))
    error_message = "slack.channel is ${jsonencode(try(var.slack.channel, null))}; it must be the id of a Slack channel, such as C0123ABCD, and not its name."
  }
}

locals {
  slack_fields = {
    team_id       = null
    secret_arn    = null
    kms_key_arn   = null
    email_domains = []
    channel       = null
  }
  slack         = merge(local.slack_fields, try({ for name, value in var.slack : name => value if value != null }, {}))
  slack_channel = "^[CG][A-Z0-9]{2,30}$"

  slack_environment = var.slack == null ? {} : {
    SLACK_SECRET        = local.slack.secret_arn
    SLACK_TEAM_ID       = local.slack.team_id
    SLACK_EMAIL_DOMAINS = lower(join(",", local.slack.email_domains))
  }

  # The calls of each function that calls Slack.
  slack_calls = concat(
    var.slack == null ? [] : ["read_slacks_secret"],
    local.slack.kms_key_arn == null ? [] : ["decrypt_slacks_secret"],
  )

  slack_route = "POST /slack/events"
}

resource "aws_apigatewayv2_integration" "slack" {
  count = var.slack == null ? 0 : 1

  api_id                 = aws_apigatewayv2_api.this.id
  integration_type       = "AWS_PROXY"
  integration_uri        = aws_lambda_function.this["slack"].invoke_arn
  payload_format_version = "2.0"
}

# Slack cannot sign for IAM, so API Gateway lets everyone call this route. The function checks Slack's signature over the body
# and its time, and answers 401 to all others, before it reads or writes anything but its own secret.
resource "aws_apigatewayv2_route" "slack" {
  count = var.slack == null ? 0 : 1

  api_id             = aws_apigatewayv2_api.this.id
  route_key          = local.slack_route
  authorization_type = "NONE"
  target             = "integrations/${aws_apigatewayv2_integration.slack[0].id}"

  # The stage names the route in its throttle: AWS must drop the throttle before the route.
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_lambda_permission" "slack" {
  count = var.slack == null ? 0 : 1

  statement_id   = "TheRouteOfSlackInvokesTheFunction"
  action         = "lambda:InvokeFunction"
  function_name  = aws_lambda_function.this["slack"].function_name
  principal      = "apigateway.amazonaws.com"
  source_arn     = "${aws_apigatewayv2_api.this.execution_arn}/*/${replace(local.slack_route, " ", "")}"
  source_account = local.account_id
}
