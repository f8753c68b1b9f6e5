variable "iam_group" {
  description = <<-EOT
    Deploys handlers/iam-group.
    group_arns: the groups in this account that the function may change.
    role_arns: roles in other accounts that the function may assume, for the setting role_arn of a target.
    user_arns: the users that the function may add, such as arn:aws:iam::111122223333:user/people/* (default: all users of this account).
    identity_rule: the rule that maps an e-mail to the name of an IAM user: email (default), local-part or map.
    identity_domains: for local-part, the domains in which no two people share a local part.
    identity_map: for map, the user name of each e-mail.
    allowed_settings, audit_people, environment, leases_table_arn, reserved_concurrency: as modules/handler describes them.
  EOT
  type        = any # Not object(): main.tf says why.
  default     = null

  validation {
    condition     = try(length(setsubtract(keys(var.iam_group), keys(local.iam_group_fields))) == 0, var.iam_group == null)
    error_message = "iam_group has ${try(join(", ", setsubtract(keys(var.iam_group), keys(local.iam_group_fields))), jsonencode(var.iam_group))}; its fields are ${join(", ", keys(local.iam_group_fields))}."
  }
  validation {
    condition     = var.iam_group == null || try(length(var.iam_group.group_arns), 0) + try(length(var.iam_group.role_arns), 0) > 0
    error_message = "iam_group needs group_arns or role_arns: without both, the function could change nothing."
  }
  validation {
    condition     = try(var.iam_group.group_arns, null) == null || can([for arn in tolist(var.iam_group.group_arns) : regex("^arn:aws[a-z-]*:iam::[0-9]{12}:group/[A-Za-z0-9+=,.@_/-]+$", arn)])
    error_message = "Each of iam_group.group_arns is the ARN of one IAM group, without a wildcard."
  }
  validation {
    condition     = try(var.iam_group.user_arns, null) == null || can([for arn in tolist(var.iam_group.user_arns) : regex("^arn:aws[a-z-]*:iam::[0-9]{12}:user/[A-Za-z0-9+=,.@_/*-]+$", arn)])
    error_message = "Each of iam_group.user_arns is the ARN of IAM users; a path may end in /*."
  }
  validation {
    condition     = try(alltrue([for arn in compact(flatten([try(var.iam_group.group_arns, []), try(var.iam_group.user_arns, [])])) : startswith(arn, "arn:${local.partition}:iam::${local.account_id}:")]), true)
    error_message = "iam_group names a group or user that is not in this account, ${local.account_id}; for another account, name a role there in role_arns."
  }
  validation {
    condition     = try(var.iam_group.role_arns, null) == null || can([for arn in tolist(var.iam_group.role_arns) : regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+$", arn)])
    error_message = "Each of iam_group.role_arns is the ARN of one IAM role, without a wildcard."
  }
  validation {
    condition     = try(var.iam_group.identity_rule, null) == null || try(contains(["email", "local-part", "map"], var.iam_group.identity_rule), false)
    error_message = "iam_group.identity_rule is email, local-part or map."
  }
  validation {
    condition     = try(var.iam_group.environment, null) == null || try(length(setsubtract(keys(var.iam_group.environment), ["SWEEP_GRACE_SECONDS", "SWEEP_ACTION"])) == 0, false)
    error_message = "iam_group.environment may have SWEEP_GRACE_SECONDS and SWEEP_ACTION; set other variables through their own fields."
  }
}

locals {
  iam_group_fields = merge(local.handler_fields, {
    group_arns       = []
    role_arns        = []
    user_arns        = []
    identity_rule    = null
    identity_domains = []
    identity_map     = {}
  })
  iam_group = merge(local.iam_group_fields, try({ for name, value in var.iam_group : name => value if value != null }, {}))
}

module "iam_group" {
  source = "../modules/handler"
  count  = var.iam_group == null ? 0 : 1

  name   = "${var.name_prefix}-iam-group"
  zip    = replace(local.zip, "{name}", "iam-group")
  s3     = try(local.s3["iam-group.zip"], null)
  policy = local.iam_group_policy

  environment      = local.iam_group.environment
  allowed_settings = local.iam_group.allowed_settings
  identity_rule    = local.iam_group.identity_rule
  identity_domains = local.iam_group.identity_domains
  identity_map     = local.iam_group.identity_map

  runtime              = var.runtime
  reserved_concurrency = local.iam_group.reserved_concurrency
  leases_table_arn     = local.iam_group.leases_table_arn
  deletion_protection  = var.deletion_protection
  log_retention_days   = var.log_retention_days
  audit_people         = local.iam_group.audit_people
  alarm_topic_arn      = var.alarm_topic_arn
}

locals {
  iam_group_policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      length(local.iam_group.group_arns) == 0 ? [] : [
        {
          Sid      = "ChangeTheGroups"
          Effect   = "Allow"
          Action   = ["iam:AddUserToGroup", "iam:RemoveUserFromGroup", "iam:GetGroup"]
          Resource = local.iam_group.group_arns
        },
        {
          # Any person may request access, so Terraform does not know the requesters; user_arns can limit the users to a
          # path.
          Sid      = "FindThePersonAndItsGroups"
          Effect   = "Allow"
          Action   = ["iam:GetUser", "iam:ListGroupsForUser"]
          Resource = coalescelist(local.iam_group.user_arns, ["arn:${local.partition}:iam::${local.account_id}:user/*"])
        },
      ],
      length(local.iam_group.role_arns) == 0 ? [] : [{
        Sid      = "ActInOtherAccounts"
        Effect   = "Allow"
        Action   = "sts:AssumeRole"
        Resource = local.iam_group.role_arns
      }],
    )
  })
}
