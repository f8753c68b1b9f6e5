variable "unleash_flag" {
  description = <<-EOT
    Deploys handlers/unleash-flag.
    url: Unleash's URL, without /api.
    secret_name: the name of the secret in Secrets Manager, in this account and region, with Unleash's token. Terraform does not read the secret's value.
    secret_kms_key_arn: your KMS key that encrypts the secret; unset for AWS's own key.
    toggle_allowed: the flags that the function may switch for all users, each as project/environment/flag.
    identity_domains: for {local} in context_key, the domains in which no two people share a local part.
    allowed_settings, audit_people, environment, leases_table_arn, reserved_concurrency: as modules/handler describes them.
  EOT
  type        = any # Not object(): main.tf says why.
  default     = null

  validation {
    condition     = try(length(setsubtract(keys(var.unleash_flag), keys(local.unleash_flag_fields))) == 0, var.unleash_flag == null)
    error_message = "unleash_flag has ${try(join(", ", setsubtract(keys(var.unleash_flag), keys(local.unleash_flag_fields))), jsonencode(var.unleash_flag))}; its fields are ${join(", ", keys(local.unleash_flag_fields))}."
  }
  validation {
    condition     = var.unleash_flag == null || can(regex("^https://", var.unleash_flag.url))
    error_message = "unleash_flag.url begins with https://, because the function sends a token there."
  }
  validation {
    condition     = var.unleash_flag == null || can(regex("^[A-Za-z0-9/_+=.@-]{1,512}$", var.unleash_flag.secret_name))
    error_message = "unleash_flag.secret_name is a secret's name, not its ARN, and without a wildcard."
  }
  validation {
    condition     = try(var.unleash_flag.secret_kms_key_arn, null) == null || can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", var.unleash_flag.secret_kms_key_arn))
    error_message = "unleash_flag.secret_kms_key_arn is the ARN of one key, without a wildcard; a policy on an alias does not reach its key."
  }
  validation {
    condition     = try(var.unleash_flag.toggle_allowed, null) == null || can([for toggle in tolist(var.unleash_flag.toggle_allowed) : regex("^[^/*]+/[^/*]+/[^/*]+$", toggle)])
    error_message = "Each of unleash_flag.toggle_allowed is one flag, as project/environment/flag, without a wildcard."
  }
  validation {
    condition     = try(var.unleash_flag.environment, null) == null || try(length(setsubtract(keys(var.unleash_flag.environment), ["SWEEP_GRACE_SECONDS", "SWEEP_ACTION"])) == 0, false)
    error_message = "unleash_flag.environment may have SWEEP_GRACE_SECONDS and SWEEP_ACTION; set other variables through their own fields."
  }
}

locals {
  unleash_flag_fields = merge(local.handler_fields, {
    url                = null
    secret_name        = null
    secret_kms_key_arn = null
    toggle_allowed     = []
    identity_domains   = []
  })
  unleash_flag = merge(local.unleash_flag_fields, try({ for name, value in var.unleash_flag : name => value if value != null }, {}))
}

module "unleash_flag" {
  source = "../modules/handler"
  count  = var.unleash_flag == null ? 0 : 1

  name   = "${var.name_prefix}-unleash-flag"
  zip    = replace(local.zip, "{name}", "unleash-flag")
  s3     = try(local.s3["unleash-flag.zip"], null)
  policy = local.unleash_flag_policy

  environment = merge(
    {
      UNLEASH_URL    = local.unleash_flag.url
      UNLEASH_SECRET = local.unleash_flag.secret_name
      TOGGLE_ALLOWED = jsonencode(local.unleash_flag.toggle_allowed)
    },
    local.unleash_flag.environment,
  )
  allowed_settings = local.unleash_flag.allowed_settings
  identity_domains = local.unleash_flag.identity_domains

  runtime              = var.runtime
  reserved_concurrency = local.unleash_flag.reserved_concurrency
  leases_table_arn     = local.unleash_flag.leases_table_arn
  deletion_protection  = var.deletion_protection
  log_retention_days   = var.log_retention_days
  audit_people         = local.unleash_flag.audit_people
  alarm_topic_arn      = var.alarm_topic_arn
}

locals {
  unleash_flag_policy = var.unleash_flag == null ? null : jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{
        Sid      = "ReadUnleashsToken"
        Effect   = "Allow"
        Action   = "secretsmanager:GetSecretValue"
        Resource = "${local.secret_arn_prefix}${local.unleash_flag.secret_name}-??????" # Six characters that AWS makes up.
      }],
      local.unleash_flag.secret_kms_key_arn == null ? [] : [{
        Sid      = "DecryptTheSecret"
        Effect   = "Allow"
        Action   = "kms:Decrypt"
        Resource = local.unleash_flag.secret_kms_key_arn
      }],
    )
  })
}
