# The table of requests, with the keys, indexes and time to live of `requestsTable` in packages/flow.
resource "aws_dynamodb_table" "requests" {
  name                        = local.requests_table
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "pk"
  deletion_protection_enabled = var.deletion_protection

  dynamic "attribute" {
    for_each = merge({ pk = "S", asked_at = "N" }, { for index, attribute in local.indexes : attribute => "S" })
    content {
      name = attribute.key
      type = attribute.value
    }
  }

  dynamic "global_secondary_index" {
    for_each = local.indexes
    content {
      name            = global_secondary_index.key
      hash_key        = global_secondary_index.value
      range_key       = "asked_at"
      projection_type = "KEYS_ONLY"
    }
  }

  ttl {
    attribute_name = "expires"
    enabled        = true
  }

  point_in_time_recovery {
    enabled = true
  }
}

locals {
  requests_table     = "${local.name}-requests"
  requests_table_arn = "arn:${local.partition}:dynamodb:${local.region}:${local.account_id}:table/${local.requests_table}"

  # The attribute of each index's partition.
  indexes = { open = "open_key", person = "person_key", status = "status_key", target = "target_key" }
}

# Stores the first table of this deployment, for the precondition of the functions: with another name or region, no step
# would find the open requests, and no step would end their access.
resource "terraform_data" "requests_table" {
  input = local.requests_table_arn

  lifecycle {
    ignore_changes = [input]
  }
}

# Messages of requests to people. The module subscribes nobody: subscribe a chat, e-mail addresses or a function, with a
# filter over the attributes kind, to, target and requester.
resource "aws_sns_topic" "messages" {
  name = "${local.name}-messages"
}
