# The function, and the role that Sym's runtime assumes to invoke the function.
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
  alarm_topic_arn     = var.alarm_topic_arn
  deletion_protection = var.deletion_protection
}

module "connector" {
  source = "git::https://github.com/OWNER/sym-handlers.git//infra/modules/connector?ref=v0.1.0"

  environment       = local.environment
  lambda_arns       = [module.iam_group.function_arn]
  runtime_role_arns = [var.runtime_role_arn]
}

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}

data "aws_iam_group" "this" {
  group_name = var.group_name
}

locals {
  environment = "prod"

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
