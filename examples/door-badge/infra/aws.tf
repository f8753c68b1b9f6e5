variable "door_badge" {
  description = <<-EOT
    Deploys handlers/door-badge.
    url: where Door's API is, such as https://door.example.com/api.
    secret_name: the secret's name in Secrets Manager with Door's token. Its value is not known here.
    allowed_settings, environment, reserved_concurrency: as for iam_group.
  EOT
  type = object({
    url                  = string
    secret_name          = string
    allowed_settings     = optional(map(list(string)), {})
    environment          = optional(map(string), {})
    reserved_concurrency = optional(number, -1)
  })
  default = null

  validation {
    condition     = var.door_badge == null ? true : can(regex("^https://[^\\s?#]+[^/]$", var.door_badge.url))
    error_message = "door_badge.url is an https URL without a slash at its end: a token must not travel in the clear."
  }
  validation {
    condition     = var.door_badge == null ? true : can(regex("^[A-Za-z0-9/_+=.@-]{1,512}$", var.door_badge.secret_name))
    error_message = "door_badge.secret_name is a secret's name, not its ARN, and without a wildcard."
  }
}

module "door_badge" {
  source = "../modules/handler"
  count  = var.door_badge == null ? 0 : 1

  name   = "${var.name_prefix}-door-badge"
  zip    = "${path.module}/../../handlers/door-badge/dist/door-badge.zip"
  policy = local.door_badge_policy
  environment = merge(
    { DOOR_URL = var.door_badge.url, DOOR_TOKEN_SECRET = var.door_badge.secret_name },
    var.door_badge.environment,
    local.allowed_settings["door_badge"],
  )
  leases_table_arn = module.leases.table_arn

  runtime              = var.runtime
  reserved_concurrency = var.door_badge.reserved_concurrency
  log_retention_days   = var.log_retention_days
  alarm_topic_arn      = var.alarm_topic_arn
}

locals {
  door_badge_policy = var.door_badge == null ? null : jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "ReadDoorsToken"
      Effect   = "Allow"
      Action   = "secretsmanager:GetSecretValue"
      Resource = "${local.secret_arn_prefix}${var.door_badge.secret_name}-??????" # Six characters that AWS makes up.
    }]
  })
}
