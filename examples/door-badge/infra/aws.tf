variable "door_badge" {
  description = <<-EOT
    Deploys handlers/door-badge.
    url: the URL of Door's API, such as https://door.example.com/api.
    secret_name: the secret's name in Secrets Manager with Door's token. Terraform does not read the secret's value.
    allowed_settings, audit_people, environment, leases_table_arn, reserved_concurrency: as modules/handler describes them.
  EOT
  type        = any # Not object(): main.tf says why.
  default     = null

  validation {
    condition     = try(length(setsubtract(keys(var.door_badge), keys(local.door_badge_fields))) == 0, var.door_badge == null)
    error_message = "door_badge has ${try(join(", ", setsubtract(keys(var.door_badge), keys(local.door_badge_fields))), jsonencode(var.door_badge))}; its fields are ${join(", ", keys(local.door_badge_fields))}."
  }
  validation {
    condition     = var.door_badge == null || can(regex("^https://[^\\s?#]+[^/]$", var.door_badge.url))
    error_message = "door_badge.url is an https URL without a slash at its end, because the function sends a token there."
  }
  validation {
    condition     = var.door_badge == null || can(regex("^[A-Za-z0-9/_+=.@-]{1,512}$", var.door_badge.secret_name))
    error_message = "door_badge.secret_name is a secret's name, not its ARN, and without a wildcard."
  }
  validation {
    condition     = try(var.door_badge.environment, null) == null || try(length(setsubtract(keys(var.door_badge.environment), ["SWEEP_GRACE_SECONDS", "SWEEP_ACTION"])) == 0, false)
    error_message = "door_badge.environment may have SWEEP_GRACE_SECONDS and SWEEP_ACTION; set other variables through their own fields."
  }
}

locals {
  door_badge_fields = merge(local.handler_fields, {
    url         = null
    secret_name = null
  })
  door_badge = merge(local.door_badge_fields, try({ for name, value in var.door_badge : name => value if value != null }, {}))
}

module "door_badge" {
  source = "../modules/handler"
  count  = var.door_badge == null ? 0 : 1

  name   = "${var.name_prefix}-door-badge"
  zip    = replace(local.zip, "{name}", "door-badge")
  s3     = try(local.s3["door-badge.zip"], null)
  policy = local.door_badge_policy

  environment = merge(
    {
      DOOR_URL    = local.door_badge.url
      DOOR_SECRET = local.door_badge.secret_name
    },
    local.door_badge.environment,
  )
  allowed_settings = local.door_badge.allowed_settings

  runtime              = var.runtime
  reserved_concurrency = local.door_badge.reserved_concurrency
  leases_table_arn     = local.door_badge.leases_table_arn
  deletion_protection  = var.deletion_protection
  log_retention_days   = var.log_retention_days
  audit_people         = local.door_badge.audit_people
  alarm_topic_arn      = var.alarm_topic_arn
}

locals {
  door_badge_policy = var.door_badge == null ? null : jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "ReadDoorsToken"
      Effect   = "Allow"
      Action   = "secretsmanager:GetSecretValue"
      Resource = "${local.secret_arn_prefix}${local.door_badge.secret_name}-??????" # Six characters that AWS makes up.
    }]
  })
}
