# This root configures the AWS provider. modules/flow is the flow itself, also for roots of your own.
module "flow" {
  source = "../modules/flow"

  name_prefix         = var.name_prefix
  release             = var.release
  function_arns       = var.function_arns
  targets             = var.targets
  allowed_principals  = var.allowed_principals
  slack               = var.slack
  keep_days           = var.keep_days
  log_retention_days  = var.log_retention_days
  alarm_topic_arn     = var.alarm_topic_arn
  deletion_protection = var.deletion_protection
}
