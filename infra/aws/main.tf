data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  account_id        = data.aws_caller_identity.current.account_id
  partition         = data.aws_partition.current.partition
  region            = data.aws_region.current.id
  secret_arn_prefix = "arn:${local.partition}:secretsmanager:${local.region}:${local.account_id}:secret:"

  # The deployed functions, a line for each handler. The file with the handler's name has everything else.
  functions = concat(
    module.appconfig_flag,
    module.github_team,
    module.iam_group,
    module.identity_center_group,
    module.launchdarkly_flag,
    module.unleash_flag,
  )
  by_handler = { for function in local.functions : trimprefix(function.name, "${var.name_prefix}-") => function }
}

# Unknown fields. Terraform's object() drops an unknown field without a warning: a misspelt `reserved_concurency = 0`
# would not stop the function. So the variable of a handler is `any`, and its file lists the fields once, with their
# defaults:
#
#   locals {
#     door_badge_fields = merge(local.handler_fields, { url = null })
#     door_badge        = merge(local.door_badge_fields, try({ for name, value in var.door_badge : name => value if value != null }, {}))
#   }
#
# The first validation of the variable refuses all other fields and lists the known fields. All expressions but the
# validations read `local.door_badge`, where an absent or null field has its default. A validation of a field must check
# the type, too: `can(regex(...))` and `can([for item in tolist(...) : ...])` check type and form together. Terraform
# evaluates the error_message even if the validation holds, so the error_message must not fail for null.
locals {
  # The fields of every handler. modules/handler describes these fields and checks their types.
  handler_fields = {
    allowed_settings     = {}
    audit_people         = false
    environment          = {}
    leases_table_arn     = null
    reserved_concurrency = -1
  }
}
