# The function's own table of leases. The keys, the index and the time to live are those of `leasesTable` in
# packages/leases.
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

  # Sparse: only the items that the sweep must read have these two attributes.
  global_secondary_index {
    name               = "due"
    hash_key           = "due"
    range_key          = "due_at"
    projection_type    = "INCLUDE"
    non_key_attributes = ["host", "lease_key"]
  }

  ttl {
    attribute_name = "expires"
    enabled        = true
  }

  point_in_time_recovery {
    enabled = true
  }

  # Terraform destroys in the reverse order: if AWS refuses to delete the table, the function and its role stay, and
  # events can still end the access that the table records.
  depends_on = [aws_lambda_function.this, aws_iam_role_policy.target, aws_iam_role_policy.own]
}

locals {
  own_table_arn     = "arn:${data.aws_partition.current.partition}:dynamodb:${data.aws_region.current.id}:${data.aws_caller_identity.current.account_id}:table/${var.name}-leases"
  leases_table_arn  = coalesce(var.leases_table_arn, local.own_table_arn)
  leases_table_name = split("/", local.leases_table_arn)[1]
}

# Remembers the table that the function began with. The function's precondition compares: with another name, region,
# account or table, the function would not find its leases, and nothing would end the access that they record.
resource "terraform_data" "leases_table" {
  input = local.leases_table_arn

  lifecycle {
    ignore_changes = [input]
  }
}
