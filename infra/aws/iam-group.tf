module "iam_group" {
  source = "../modules/handler"
  count  = var.iam_group == null ? 0 : 1

  name             = "${var.name_prefix}-iam-group"
  zip              = "${path.module}/../../handlers/iam-group/dist/iam-group.zip"
  policy           = local.iam_group_policy
  environment      = merge(var.iam_group.environment, local.allowed_settings["iam_group"])
  leases_table_arn = module.leases.table_arn

  runtime              = var.runtime
  reserved_concurrency = var.iam_group.reserved_concurrency
  log_retention_days   = var.log_retention_days
  alarm_topic_arn      = var.alarm_topic_arn
}

locals {
  iam_group_policy = var.iam_group == null ? null : jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      length(var.iam_group.group_arns) == 0 ? [] : [
        {
          Sid      = "ChangeTheGroups"
          Effect   = "Allow"
          Action   = ["iam:AddUserToGroup", "iam:RemoveUserFromGroup", "iam:GetGroup"]
          Resource = var.iam_group.group_arns
        },
        {
          # Anybody may ask, so the requesters are not known here; user_arns can narrow them down to a path.
          Sid      = "FindThePersonAndItsGroups"
          Effect   = "Allow"
          Action   = ["iam:GetUser", "iam:ListGroupsForUser"]
          Resource = coalescelist(var.iam_group.user_arns, ["arn:${local.partition}:iam::${local.account_id}:user/*"])
        },
      ],
      length(var.iam_group.role_arns) == 0 ? [] : [{
        Sid      = "ActInOtherAccounts"
        Effect   = "Allow"
        Action   = "sts:AssumeRole"
        Resource = var.iam_group.role_arns
      }],
    )
  })
}
