module "identity_center_group" {
  source = "../modules/handler"
  count  = var.identity_center_group == null ? 0 : 1

  name   = "${var.name_prefix}-identity-center-group"
  zip    = "${path.module}/../../handlers/identity-center-group/dist/identity-center-group.zip"
  policy = local.identity_center_group_policy
  environment = merge(
    var.identity_center_group.region == null ? {} : { IDENTITY_CENTER_REGION = var.identity_center_group.region },
    var.identity_center_group.environment,
    local.allowed_settings["identity_center_group"],
  )
  leases_table_arn = module.leases.table_arn

  runtime              = var.runtime
  reserved_concurrency = var.identity_center_group.reserved_concurrency
  log_retention_days   = var.log_retention_days
  alarm_topic_arn      = var.alarm_topic_arn
}

locals {
  identity_center_group_policy = var.identity_center_group == null ? null : jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      length(var.identity_center_group.group_ids) == 0 ? [] : [{
        Sid    = "ChangeTheGroups"
        Effect = "Allow"
        Action = [
          "identitystore:CreateGroupMembership",
          "identitystore:DeleteGroupMembership",
          "identitystore:DescribeGroup",
          "identitystore:GetGroupId",
          "identitystore:GetGroupMembershipId",
          "identitystore:GetUserId",
          "identitystore:IsMemberInGroups",
        ]
        Resource = concat(
          [var.identity_center_group.identity_store_arn],
          [for id in var.identity_center_group.group_ids : "arn:${local.partition}:identitystore:::group/${id}"],
          [
            # Anybody may ask, and Identity Store makes up the ids of memberships: only the groups can be named.
            "arn:${local.partition}:identitystore:::user/*",
            "arn:${local.partition}:identitystore:::membership/*",
          ],
        )
      }],
      length(var.identity_center_group.role_arns) == 0 ? [] : [{
        Sid      = "ActInOtherAccounts"
        Effect   = "Allow"
        Action   = "sts:AssumeRole"
        Resource = var.identity_center_group.role_arns
      }],
      var.identity_center_group.kms_key_arn == null ? [] : [{
        Sid      = "ReadAStoreEncryptedWithAKeyOfYourOwn"
        Effect   = "Allow"
        Action   = "kms:Decrypt"
        Resource = var.identity_center_group.kms_key_arn
      }],
    )
  })
}
