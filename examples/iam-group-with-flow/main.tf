# One function, and the flow with one target of the function.
module "release" {
  source = "git::https://github.com/OWNER/sym-handlers.git//infra/modules/release?ref=v0.1.0"

  release = var.release
}

module "iam_group" {
  source = "git::https://github.com/OWNER/sym-handlers.git//infra/modules/handler?ref=v0.1.0"

  name                = "sym-iam-group"
  zip                 = "${var.release.folder}/iam-group.zip"
  s3                  = try(module.release.s3["iam-group.zip"], null)
  policy              = local.policy
  environment         = { SWEEP_GRACE_SECONDS = "900" } # The sweep ends the access of a stopped flow soon.
  alarm_topic_arn     = var.alarm_topic_arn
  deletion_protection = var.deletion_protection
}

module "flow" {
  source = "git::https://github.com/OWNER/sym-handlers.git//infra/modules/flow?ref=v0.1.0"

  release             = var.release
  function_arns       = { "iam-group" = module.iam_group.function_arn }
  allowed_principals  = var.allowed_principals
  alarm_topic_arn     = var.alarm_topic_arn
  deletion_protection = var.deletion_protection

  targets = {
    iam-group = {
      handler     = "iam-group"
      label       = "IAM group ${var.group_name}"
      settings    = { group_name = var.group_name }
      may_ask     = { people = var.requesters }
      may_approve = { people = var.approvers }
      durations   = ["30m", "1h", "4h"]
      longest     = "4h"
    }
  }
}

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}

data "aws_iam_group" "this" {
  group_name = var.group_name
}

locals {
  # The function may add any user of this account to this group, and to no other group.
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "ChangeTheGroups"
        Effect   = "Allow"
        Action   = ["iam:AddUserToGroup", "iam:RemoveUserFromGroup", "iam:GetGroup"]
        Resource = [data.aws_iam_group.this.arn]
      },
      {
        Sid      = "FindThePersonAndItsGroups"
        Effect   = "Allow"
        Action   = ["iam:GetUser", "iam:ListGroupsForUser"]
        Resource = ["arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:user/*"]
      },
    ]
  })
}
