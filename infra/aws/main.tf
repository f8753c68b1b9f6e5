data "aws_caller_identity" "current" {
  lifecycle {
    postcondition {
      condition     = alltrue([for arn in concat(try(var.iam_group.group_arns, []), try(var.iam_group.user_arns, [])) : startswith(arn, "arn:${local.partition}:iam::${self.account_id}:")])
      error_message = "iam_group names a group or user that is not in this account, ${self.account_id}; for another account, name a role there in role_arns."
    }
  }
}

data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  account_id        = data.aws_caller_identity.current.account_id
  partition         = data.aws_partition.current.partition
  region            = data.aws_region.current.id
  secret_arn_prefix = "arn:${local.partition}:secretsmanager:${local.region}:${local.account_id}:secret:"

  # For targets whose settings people choose in the prompt.
  allowed_settings = {
    for name, handler in {
      iam_group             = var.iam_group
      identity_center_group = var.identity_center_group
      github_team           = var.github_team
      feature_flag          = var.feature_flag
    } : name => try(length(handler.allowed_settings), 0) == 0 ? {} : { ALLOWED_SETTINGS = jsonencode(handler.allowed_settings) }
  }

  handlers = merge(
    { for module in module.iam_group : "iam-group" => module },
    { for module in module.identity_center_group : "identity-center-group" => module },
    { for module in module.github_team : "github-team" => module },
    { for module in module.feature_flag : "feature-flag" => module },
  )
  function_arns = { for name, handler in local.handlers : name => handler.function_arn }
}
