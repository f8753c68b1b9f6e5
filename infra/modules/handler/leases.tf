# The function's own table of leases, with the keys, index and time to live of `leasesTable` in packages/leases.
resource "aws_dynamodb_table" "leases" {
  count = var.leases_table_arn == null ? 1 : 0

  name                        = local.leases_table_name
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "pk"
  deletion_protection_enabled = var.deletion_protection

  attribute {
    name = "pk"
    type = "S"
  }

  attribute {
    name = "due"
    type = "S"
  }

  attribute {
    name = "due_at"
    type = "N"
  }

  # A sparse index: only due items have these two attributes.
  global_secondary_index {
    name               = "due"
    hash_key           = "due"
    range_key          = "due_at"
    projection_type    = "INCLUDE"
    non_key_attributes = ["failing_since", "host", "lease_key"]
  }

  ttl {
    attribute_name = "expires"
    enabled        = true
  }

  point_in_time_recovery {
    enabled = true
  }

  # Terraform destroys in the reverse order. If AWS refuses to delete the table, the function and its role stay, and
  # events can still end the recorded access.
  depends_on = [aws_lambda_function.this, aws_iam_role_policy.target, aws_iam_role_policy.own]
}

locals {
  own_table_arn     = "arn:${data.aws_partition.current.partition}:dynamodb:${data.aws_region.current.id}:${data.aws_caller_identity.current.account_id}:table/${var.name}-leases"
  leases_table_arn  = coalesce(var.leases_table_arn, local.own_table_arn)
  leases_table_name = split("/", local.leases_table_arn)[1]
}

# Stores the function's first table, for the function's precondition: with another name, region, account or table, the
# function would not find its leases, and no invocation would end the recorded access.
resource "terraform_data" "leases_table" {
  input = local.leases_table_arn

  lifecycle {
    ignore_changes = [input]
  }
}
