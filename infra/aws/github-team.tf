module "github_team" {
  source = "../modules/handler"
  count  = var.github_team == null ? 0 : 1

  name   = "${var.name_prefix}-github-team"
  zip    = "${path.module}/../../handlers/github-team/dist/github-team.zip"
  policy = local.github_team_policy
  environment = merge(
    var.github_team.app_id == null ? {} : {
      GITHUB_APP_ID             = var.github_team.app_id
      GITHUB_PRIVATE_KEY_SECRET = var.github_team.secret_name
    },
    local.github_team_installations == "" ? {} : { GITHUB_INSTALLATIONS = local.github_team_installations },
    var.github_team.app_id == null ? { GITHUB_TOKEN_SECRET = var.github_team.secret_name } : {},
    var.github_team.environment,
    local.allowed_settings["github_team"],
  )
  leases_table_arn = module.leases.table_arn

  runtime              = var.runtime
  reserved_concurrency = var.github_team.reserved_concurrency
  log_retention_days   = var.log_retention_days
  alarm_topic_arn      = var.alarm_topic_arn
}

locals {
  github_team_installations = join(",", [for org, id in try(var.github_team.installations, {}) : "${org}=${id}"])
  github_team_policy = var.github_team == null ? null : jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{
        Sid      = "ReadGitHubsKeyOrToken"
        Effect   = "Allow"
        Action   = "secretsmanager:GetSecretValue"
        Resource = "${local.secret_arn_prefix}${var.github_team.secret_name}-??????" # Six characters that AWS makes up.
      }],
      var.github_team.secret_kms_key_arn == null ? [] : [{
        Sid      = "DecryptTheSecret"
        Effect   = "Allow"
        Action   = "kms:Decrypt"
        Resource = var.github_team.secret_kms_key_arn
      }],
    )
  })
}
