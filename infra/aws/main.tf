data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  account_id        = data.aws_caller_identity.current.account_id
  partition         = data.aws_partition.current.partition
  region            = data.aws_region.current.id
  secret_arn_prefix = "arn:${local.partition}:secretsmanager:${local.region}:${local.account_id}:secret:"

  # The deployed functions. A handler has one line here; the rest of it is in the file of its name.
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

# Unknown fields. Terraform's object() drops an unknown field without a warning: `reserved_concurency = 0` would leave a
# function running that was to be stopped. So the variable of a handler is `any`, and its file lists the fields once, with
# their defaults:
#
#   locals {
#     door_badge_fields = merge(local.handler_fields, { url = null })
#     door_badge        = merge(local.door_badge_fields, try({ for name, value in var.door_badge : name => value if value != null }, {}))
#   }
#
# The first validation of the variable refuses all other fields and lists these. Everything but the validations reads
# `local.door_badge`, where a field that is left out, or null, has its default. A validation of a field has to check its
# type, too: `can(regex(...))` and `can([for item in tolist(...) : ...])` check type and form together. Terraform also
# evaluates the error_message of a validation that holds, so it must not fail for null.
locals {
  # The fields that every handler has. modules/handler describes them and checks their types.
  handler_fields = {
    allowed_settings     = {}
    environment          = {}
    leases_table_arn     = null
    reserved_concurrency = -1
  }
}
