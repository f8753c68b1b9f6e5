module "feature_flag" {
  source = "../modules/handler"
  count  = var.feature_flag == null ? 0 : 1

  name   = "${var.name_prefix}-feature-flag"
  zip    = "${path.module}/../../handlers/feature-flag/dist/feature-flag.zip"
  policy = local.feature_flag_policy
  environment = merge(
    var.feature_flag.launchdarkly_secret_name == null ? {} : { LAUNCHDARKLY_SECRET = var.feature_flag.launchdarkly_secret_name },
    var.feature_flag.unleash == null ? {} : {
      UNLEASH_URL    = var.feature_flag.unleash.url
      UNLEASH_SECRET = var.feature_flag.unleash.secret_name
    },
    { TOGGLE_ALLOWED = jsonencode(var.feature_flag.toggle_allowed) },
    var.feature_flag.environment,
    local.allowed_settings["feature_flag"],
  )
  leases_table_arn = module.leases.table_arn

  runtime              = var.runtime
  reserved_concurrency = var.feature_flag.reserved_concurrency
  log_retention_days   = var.log_retention_days
  alarm_topic_arn      = var.alarm_topic_arn
}

locals {
  flag_secret_names = var.feature_flag == null ? [] : compact([
    var.feature_flag.launchdarkly_secret_name,
    try(var.feature_flag.unleash.secret_name, null),
  ])
  appconfig_prefix = "arn:${local.partition}:appconfig:${local.region}:${local.account_id}:"

  feature_flag_policy = var.feature_flag == null ? null : jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      length(local.flag_secret_names) == 0 ? [] : [{
        Sid      = "ReadTheTokens"
        Effect   = "Allow"
        Action   = "secretsmanager:GetSecretValue"
        Resource = [for name in local.flag_secret_names : "${local.secret_arn_prefix}${name}-??????"] # Six characters that AWS makes up.
      }],
      length(var.feature_flag.secret_kms_key_arns) == 0 ? [] : [{
        Sid      = "DecryptTheSecrets"
        Effect   = "Allow"
        Action   = "kms:Decrypt"
        Resource = var.feature_flag.secret_kms_key_arns
      }],
      length(var.feature_flag.appconfig) == 0 ? [] : [{
        Sid    = "ChangeTheFlags"
        Effect = "Allow"
        Action = [
          "appconfig:CreateHostedConfigurationVersion",
          "appconfig:GetEnvironment",
          "appconfig:GetHostedConfigurationVersion",
          "appconfig:ListDeployments",
          "appconfig:ListHostedConfigurationVersions",
          "appconfig:StartDeployment",
        ]
        Resource = distinct(flatten([for place in var.feature_flag.appconfig : [
          "${local.appconfig_prefix}application/${place.application_id}",
          "${local.appconfig_prefix}application/${place.application_id}/environment/${place.environment_id}",
          "${local.appconfig_prefix}application/${place.application_id}/configurationprofile/${place.configuration_profile_id}",
          # A new version for each change, numbered by AppConfig.
          "${local.appconfig_prefix}application/${place.application_id}/configurationprofile/${place.configuration_profile_id}/hostedconfigurationversion/*",
          "${local.appconfig_prefix}deploymentstrategy/${place.deployment_strategy_id}",
        ]]))
      }],
    )
  })
}
