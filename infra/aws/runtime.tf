locals {
  sym_account_id = "803477428605" # Sym's own account, as in symopsio/runtime-connector/aws 2.x.
}

# The role of Sym's runtime in this account, for organisations without a runtime.
resource "aws_iam_role" "runtime" {
  count = var.runtime_external_id == null ? 0 : 1

  name = "SymRuntime${title(var.environment)}"
  path = "/sym/"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "SymAssumesThisRole"
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { AWS = "arn:${local.partition}:iam::${local.sym_account_id}:root" }
      Condition = { StringEquals = { "sts:ExternalId" = var.runtime_external_id } }
    }]
  })
}

resource "aws_iam_role_policy" "runtime" {
  count = var.runtime_external_id == null ? 0 : 1

  name = "assume-connectors"
  role = aws_iam_role.runtime[0].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "AssumeTheConnector"
      Effect   = "Allow"
      Action   = "sts:AssumeRole"
      Resource = "arn:${local.partition}:iam::${local.account_id}:role/sym/SymLambda${title(var.environment)}"
    }]
  })
}
