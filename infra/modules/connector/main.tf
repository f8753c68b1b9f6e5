data "aws_caller_identity" "current" {}
data "aws_region" "current" {}

# Under /sym/, the only path where Sym's runtime may assume roles.
resource "aws_iam_role" "this" {
  name = "SymLambda${title(var.environment)}"
  path = "/sym/"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "SymRuntimesAssumeThisRole"
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { AWS = var.runtime_role_arns }
    }]
  })
}

resource "aws_iam_role_policy" "this" {
  name = "invoke-handlers"
  role = aws_iam_role.this.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "InvokeTheHandlers"
      Effect   = "Allow"
      Action   = "lambda:InvokeFunction"
      Resource = var.lambda_arns
    }]
  })
}
