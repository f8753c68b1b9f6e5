variable "launchdarkly_flag" {
  description = <<-EOT
    Deploys handlers/launchdarkly-flag.
    url: LaunchDarkly's URL (default https://app.launchdarkly.com).
    secret_name: the name of the secret in Secrets Manager, in this account and region, with LaunchDarkly's token. Terraform does not read the secret's value.
    secret_kms_key_arn: your KMS key that encrypts the secret; unset for AWS's own key.
    toggle_allowed: the flags that the function may switch for all users, each as project/environment/flag.
    identity_domains: for {local} in context_key, the domains in which no two people share a local part.
    allowed_settings, audit_people, environment, leases_table_arn, reserved_concurrency: as modules/handler describes them.
  EOT
  type        = any # Not object(): main.tf says why.
  default     = null

  validation {
    condition     = try(length(setsubtract(keys(var.launchdarkly_flag), keys(local.launchdarkly_flag_fields))) == 0, var.launchdarkly_flag == null)
    error_message = "launchdarkly_flag has ${try(join(", ", setsubtract(keys(var.launchdarkly_flag), keys(local.launchdarkly_flag_fields))), jsonencode(var.launchdarkly_flag))}; its fields are ${join(", ", keys(local.launchdarkly_flag_fields))}."
  }
  validation {
    condition     = try(var.launchdarkly_flag.url, null) == null || can(regex("^https://", var.launchdarkly_flag.url))
    error_message = "launchdarkly_flag.url begins with https://, because the function sends a token there."
  }
  validation {
    condition     = var.launchdarkly_flag == null || can(regex("^[A-Za-z0-9/_+=.@-]{1,512}$", var.launchdarkly_flag.secret_name))
    error_message = "launchdarkly_flag.secret_name is a secret's name, not its ARN, and without a wildcard."
  }
  validation {
    condition     = try(var.launchdarkly_flag.secret_kms_key_arn, null) == null || can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", var.launchdarkly_flag.secret_kms_key_arn))
    error_message = "launchdarkly_flag.secret_kms_key_arn is the ARN of one key, without a wildcard; a policy on an alias does not reach its key."
  }
  validation {
    condition     = try(var.launchdarkly_flag.toggle_allowed, null) == null || can([for toggle in tolist(var.launchdarkly_flag.toggle_allowed) : regex("^[^/*]+/[^/*]+/[^/*]+$", toggle)])
    error_message = "Each of launchdarkly_flag.toggle_allowed is one flag, as project/environment/flag, without a wildcard."
  }
  validation {
    condition     = try(var.launchdarkly_flag.environment, null) == null || try(length(setsubtract(keys(var.launchdarkly_flag.environment), ["SWEEP_GRACE_SECONDS", "SWEEP_ACTION"])) == 0, false)
    error_message = "launchdarkly_flag.environment may have SWEEP_GRACE_SECONDS and SWEEP_ACTION; set other variables through their own fields."
  }
}

locals {
  launchdarkly_flag_fields = merge(local.handler_fields, {
    url                = null
    secret_name        = null
    secret_kms_key_arn = null
    toggle_allowed     = []
    identity_domains   = []
  })
  launchdarkly_flag = merge(local.launchdarkly_flag_fields, try({ for name, value in var.launchdarkly_flag : name => value if value != null }, {}))
}

module "launchdarkly_flag" {
  source = "../modules/handler"
  count  = var.launchdarkly_flag == null ? 0 : 1

  name   = "${var.name_prefix}-launchdarkly-flag"
  zip    = replace(local.zip, "{name}", "launchdarkly-flag")
  s3     = try(local.s3["launchdarkly-flag.zip"], null)
  policy = local.launchdarkly_flag_policy

  environment = merge(
    local.launchdarkly_flag.url == null ? {} : { LAUNCHDARKLY_URL = local.launchdarkly_flag.url },
    {
      LAUNCHDARKLY_SECRET = local.launchdarkly_flag.secret_name
      TOGGLE_ALLOWED      = jsonencode(local.launchdarkly_flag.toggle_allowed)
    },
    local.launchdarkly_flag.environment,
  )
  allowed_settings = local.launchdarkly_flag.allowed_settings
  identity_domains = local.launchdarkly_flag.identity_domains

  runtime              = var.runtime
  reserved_concurrency = local.launchdarkly_flag.reserved_concurrency
  leases_table_arn     = local.launchdarkly_flag.leases_table_arn
  deletion_protection  = var.deletion_protection
  log_retention_days   = var.log_retention_days
  audit_people         = local.launchdarkly_flag.audit_people
  alarm_topic_arn      = var.alarm_topic_arn
}

locals {
  launchdarkly_flag_policy = var.launchdarkly_flag == null ? null : jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{
        Sid      = "ReadLaunchDarklysToken"
        Effect   = "Allow"
        Action   = "secretsmanager:GetSecretValue"
        Resource = "${local.secret_arn_prefix}${local.launchdarkly_flag.secret_name}-??????" # Six characters that AWS makes up.
      }],
      local.launchdarkly_flag.secret_kms_key_arn == null ? [] : [{
        Sid      = "DecryptTheSecret"
        Effect   = "Allow"
        Action   = "kms:Decrypt"
        Resource = local.launchdarkly_flag.secret_kms_key_arn
      }],
    )
  })
}
