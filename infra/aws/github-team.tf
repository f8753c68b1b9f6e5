variable "github_team" {
  description = <<-EOT
    Deploys handlers/github-team.
    app_id: the id of the GitHub App whose private key the secret holds; without app_id, the secret holds a personal access token.
    installations: the id of the App's installation in each organisation, by the organisation's name; saves a newly started function a round trip.
    secret_name: the secret's name in Secrets Manager, in this account and region. Terraform does not read the secret's value.
    secret_kms_key_arn: your KMS key that encrypts the secret; unset for AWS's own key.
    identity_rule: the rule that maps an e-mail to a login: lookup (default), map or suffix.
    identity_map: for map, the login of each e-mail.
    identity_suffix, identity_domains: for suffix, the enterprise's short code, and the domains to which the rule applies.
    allowed_settings, audit_people, environment, leases_table_arn, reserved_concurrency: as modules/handler describes them.
  EOT
  type        = any # Not object(): main.tf says why.
  default     = null

  validation {
    condition     = try(length(setsubtract(keys(var.github_team), keys(local.github_team_fields))) == 0, var.github_team == null)
    error_message = "github_team has ${try(join(", ", setsubtract(keys(var.github_team), keys(local.github_team_fields))), jsonencode(var.github_team))}; its fields are ${join(", ", keys(local.github_team_fields))}."
  }
  validation {
    condition     = var.github_team == null || can(regex("^[A-Za-z0-9/_+=.@-]{1,512}$", var.github_team.secret_name))
    error_message = "github_team.secret_name is a secret's name, not its ARN, and without a wildcard."
  }
  validation {
    condition     = try(var.github_team.secret_kms_key_arn, null) == null || can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", var.github_team.secret_kms_key_arn))
    error_message = "github_team.secret_kms_key_arn is the ARN of one key, without a wildcard; a policy on an alias does not reach its key."
  }
  validation {
    condition     = try(var.github_team.app_id, null) == null || can(regex("^[0-9]+$", var.github_team.app_id))
    error_message = "github_team.app_id is the App's id, a number."
  }
  validation {
    condition     = try(var.github_team.installations, null) == null || can([for org, id in tomap(var.github_team.installations) : regex("^[A-Za-z0-9][A-Za-z0-9-]*=[0-9]{1,15}$", "${org}=${id}")])
    error_message = "github_team.installations gives organisations' names their installations' ids, which are numbers, such as { acme = 12345678 }."
  }
  validation {
    condition     = try(length(var.github_team.installations), 0) == 0 || try(var.github_team.app_id, null) != null
    error_message = "github_team.installations are those of an App, so set github_team.app_id, too."
  }
  validation {
    condition     = try(var.github_team.identity_rule, null) == null || try(contains(["lookup", "map", "suffix"], var.github_team.identity_rule), false)
    error_message = "github_team.identity_rule is lookup, map or suffix."
  }
  validation {
    condition     = try(var.github_team.environment, null) == null || try(length(setsubtract(keys(var.github_team.environment), ["GITHUB_API_URL", "SWEEP_GRACE_SECONDS", "SWEEP_ACTION"])) == 0, false)
    error_message = "github_team.environment may have GITHUB_API_URL, SWEEP_GRACE_SECONDS and SWEEP_ACTION; set other variables through their own fields."
  }
}

locals {
  github_team_fields = merge(local.handler_fields, {
    app_id             = null
    installations      = {}
    secret_name        = null
    secret_kms_key_arn = null
    identity_rule      = null
    identity_domains   = []
    identity_map       = {}
    identity_suffix    = null
  })
  github_team = merge(local.github_team_fields, try({ for name, value in var.github_team : name => value if value != null }, {}))
}

module "github_team" {
  source = "../modules/handler"
  count  = var.github_team == null ? 0 : 1

  name   = "${var.name_prefix}-github-team"
  zip    = replace(local.zip, "{name}", "github-team")
  s3     = try(local.s3["github-team.zip"], null)
  policy = local.github_team_policy

  environment = merge(
    local.github_team.app_id != null ? {} : { GITHUB_TOKEN_SECRET = local.github_team.secret_name },
    local.github_team.app_id == null ? {} : {
      GITHUB_APP_ID             = local.github_team.app_id
      GITHUB_PRIVATE_KEY_SECRET = local.github_team.secret_name
    },
    length(local.github_team.installations) == 0 ? {} : {
      GITHUB_INSTALLATIONS = join(",", [for org, id in local.github_team.installations : "${org}=${id}"])
    },
    local.github_team.environment,
  )
  allowed_settings = local.github_team.allowed_settings
  identity_rule    = local.github_team.identity_rule
  identity_domains = local.github_team.identity_domains
  identity_map     = local.github_team.identity_map
  identity_suffix  = local.github_team.identity_suffix

  runtime              = var.runtime
  reserved_concurrency = local.github_team.reserved_concurrency
  leases_table_arn     = local.github_team.leases_table_arn
  deletion_protection  = var.deletion_protection
  log_retention_days   = var.log_retention_days
  audit_people         = local.github_team.audit_people
  alarm_topic_arn      = var.alarm_topic_arn
}

locals {
  github_team_policy = var.github_team == null ? null : jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{
        Sid      = "ReadGitHubsKeyOrToken"
        Effect   = "Allow"
        Action   = "secretsmanager:GetSecretValue"
        Resource = "${local.secret_arn_prefix}${local.github_team.secret_name}-??????" # Six characters that AWS makes up.
      }],
      local.github_team.secret_kms_key_arn == null ? [] : [{
        Sid      = "DecryptTheSecret"
        Effect   = "Allow"
        Action   = "kms:Decrypt"
        Resource = local.github_team.secret_kms_key_arn
      }],
    )
  })
}
