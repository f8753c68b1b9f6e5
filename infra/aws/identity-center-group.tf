variable "identity_center_group" {
  description = <<-EOT
    Deploys handlers/identity-center-group.
    identity_store_arn: the store, such as arn:aws:identitystore::111122223333:identitystore/d-1234567890.
    group_ids: the groups in the store that the function may change.
    region: the region of Identity Center, if not the functions' region.
    role_arns: roles in other accounts that the function may assume, for the setting role_arn of a target.
    kms_key_arn: your KMS key that encrypts the store; unset for AWS's own key.
    allowed_settings, audit_people, environment, leases_table_arn, reserved_concurrency: as modules/handler describes them.
  EOT
  type        = any # Not object(): main.tf says why.
  default     = null

  validation {
    condition     = try(length(setsubtract(keys(var.identity_center_group), keys(local.identity_center_group_fields))) == 0, var.identity_center_group == null)
    error_message = "identity_center_group has ${try(join(", ", setsubtract(keys(var.identity_center_group), keys(local.identity_center_group_fields))), jsonencode(var.identity_center_group))}; its fields are ${join(", ", keys(local.identity_center_group_fields))}."
  }
  validation {
    condition     = var.identity_center_group == null || try(length(var.identity_center_group.group_ids), 0) + try(length(var.identity_center_group.role_arns), 0) > 0
    error_message = "identity_center_group needs group_ids or role_arns: without both, the function could change nothing."
  }
  validation {
    condition     = try(length(var.identity_center_group.group_ids), 0) == 0 && try(var.identity_center_group.identity_store_arn, null) == null || can(regex("^arn:aws[a-z-]*:identitystore::[0-9]{12}:identitystore/(d-[0-9a-f]{10}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$", var.identity_center_group.identity_store_arn))
    error_message = "identity_center_group.identity_store_arn is an ARN such as arn:aws:identitystore::111122223333:identitystore/d-1234567890, and needed with group_ids."
  }
  validation {
    condition     = try(var.identity_center_group.group_ids, null) == null || can([for id in tolist(var.identity_center_group.group_ids) : regex("^([0-9a-f]{10}-)?[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$", id)])
    error_message = "Each of identity_center_group.group_ids is a group's id, such as 90671c2f-4001-7000-8000-00000000000a: not its name, and without a wildcard."
  }
  validation {
    condition     = try(var.identity_center_group.region, null) == null || can(regex("^[a-z]{2,}(-[a-z]+)+-[0-9]+$", var.identity_center_group.region))
    error_message = "identity_center_group.region is a region, such as eu-west-1."
  }
  validation {
    condition     = try(var.identity_center_group.kms_key_arn, null) == null || can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", var.identity_center_group.kms_key_arn))
    error_message = "identity_center_group.kms_key_arn is the ARN of one key, without a wildcard; a policy on an alias does not reach its key."
  }
  validation {
    condition     = try(var.identity_center_group.role_arns, null) == null || can([for arn in tolist(var.identity_center_group.role_arns) : regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+$", arn)])
    error_message = "Each of identity_center_group.role_arns is the ARN of one IAM role, without a wildcard."
  }
  validation {
    condition     = try(var.identity_center_group.environment, null) == null || try(length(setsubtract(keys(var.identity_center_group.environment), ["SWEEP_GRACE_SECONDS", "SWEEP_ACTION"])) == 0, false)
    error_message = "identity_center_group.environment may have SWEEP_GRACE_SECONDS and SWEEP_ACTION; set other variables through their own fields."
  }
}

locals {
  identity_center_group_fields = merge(local.handler_fields, {
    identity_store_arn = null
    group_ids          = []
    region             = null
    role_arns          = []
    kms_key_arn        = null
  })
  identity_center_group = merge(local.identity_center_group_fields, try({ for name, value in var.identity_center_group : name => value if value != null }, {}))
}

module "identity_center_group" {
  source = "../modules/handler"
  count  = var.identity_center_group == null ? 0 : 1

  name   = "${var.name_prefix}-identity-center-group"
  zip    = replace(local.zip, "{name}", "identity-center-group")
  s3     = try(local.s3["identity-center-group.zip"], null)
  policy = local.identity_center_group_policy

  environment = merge(
    local.identity_center_group.region == null ? {} : { IDENTITY_CENTER_REGION = local.identity_center_group.region },
    local.identity_center_group.environment,
  )
  allowed_settings = local.identity_center_group.allowed_settings

  runtime              = var.runtime
  reserved_concurrency = local.identity_center_group.reserved_concurrency
  leases_table_arn     = local.identity_center_group.leases_table_arn
  deletion_protection  = var.deletion_protection
  log_retention_days   = var.log_retention_days
  audit_people         = local.identity_center_group.audit_people
  alarm_topic_arn      = var.alarm_topic_arn
}

locals {
  identity_center_group_policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      length(local.identity_center_group.group_ids) == 0 ? [] : [{
        Sid    = "ChangeTheGroups"
        Effect = "Allow"
        Action = [
          "identitystore:CreateGroupMembership",
          "identitystore:DeleteGroupMembership",
          "identitystore:DescribeGroup",
          "identitystore:DescribeUser",
          "identitystore:GetGroupId",
          "identitystore:GetGroupMembershipId",
          "identitystore:GetUserId",
          "identitystore:IsMemberInGroups",
        ]
        Resource = concat(
          [local.identity_center_group.identity_store_arn],
          [for id in local.identity_center_group.group_ids : "arn:${local.partition}:identitystore:::group/${id}"],
          [
            # Any person may request access, and Identity Store generates the ids of memberships, so only groups can be
            # named.
            "arn:${local.partition}:identitystore:::user/*",
            "arn:${local.partition}:identitystore:::membership/*",
          ],
        )
      }],
      length(local.identity_center_group.role_arns) == 0 ? [] : [{
        Sid      = "ActInOtherAccounts"
        Effect   = "Allow"
        Action   = "sts:AssumeRole"
        Resource = local.identity_center_group.role_arns
      }],
      local.identity_center_group.kms_key_arn == null ? [] : [{
        Sid      = "ReadAStoreEncryptedWithAKeyOfYourOwn"
        Effect   = "Allow"
        Action   = "kms:Decrypt"
        Resource = local.identity_center_group.kms_key_arn
      }],
    )
  })
}
