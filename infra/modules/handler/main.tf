data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  environment = merge(
    var.environment,
    { for name, value in {
      ALLOWED_SETTINGS = length(var.allowed_settings) == 0 ? null : jsonencode(var.allowed_settings)
      IDENTITY_RULE    = var.identity_rule
      IDENTITY_DOMAINS = length(var.identity_domains) == 0 ? null : join(",", var.identity_domains)
      IDENTITY_MAP     = length(var.identity_map) == 0 ? null : jsonencode(var.identity_map)
      IDENTITY_SUFFIX  = var.identity_suffix
      LEASES_TABLE     = local.leases_table_name
      AUDIT_PEOPLE     = var.audit_people ? "true" : null
    } : name => value if value != null },
  )
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/aws/lambda/${var.name}"
  retention_in_days = var.log_retention_days

  lifecycle {
    precondition {
      condition     = !var.audit_people || var.log_retention_days > 0
      error_message = "With audit_people, the log of ${var.name} holds personal data, and log_retention_days = 0 keeps the log for ever. Set log_retention_days to the days for which you may keep personal data."
    }
  }
}

resource "aws_iam_role" "function" {
  name = var.name
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "LambdaRunsTheFunction"
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy" "target" {
  name   = "target-system"
  role   = aws_iam_role.function.id
  policy = var.policy
}

resource "aws_iam_role_policy" "own" {
  name = "leases-and-log"
  role = aws_iam_role.function.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "KeepLeases"
        Effect   = "Allow"
        Action   = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"]
        Resource = local.leases_table_arn
      },
      {
        Sid      = "FindWhatIsDue"
        Effect   = "Allow"
        Action   = "dynamodb:Query"
        Resource = "${local.leases_table_arn}/index/due"
      },
      {
        Sid      = "WriteTheLog"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.this.arn}:*" # Each process writes its own log stream, named by Lambda.
      },
    ]
  })
}

resource "aws_lambda_function" "this" {
  function_name                  = var.name
  role                           = aws_iam_role.function.arn
  filename                       = var.s3 == null ? var.zip : null
  s3_bucket                      = try(var.s3.bucket, null)
  s3_key                         = try(var.s3.key, null)
  s3_object_version              = try(var.s3.object_version, null)
  source_code_hash               = var.s3 == null ? try(filebase64sha256(var.zip), null) : var.s3.source_code_hash
  handler                        = "index.handler"
  runtime                        = var.runtime
  architectures                  = ["arm64"]
  memory_size                    = 512
  timeout                        = 30
  reserved_concurrent_executions = var.reserved_concurrency

  environment {
    variables = local.environment
  }

  logging_config {
    log_format = "JSON"
    log_group  = aws_cloudwatch_log_group.this.name
  }

  lifecycle {
    postcondition {
      condition     = var.s3 == null || self.code_sha256 == try(var.s3.source_code_hash, null)
      error_message = "The zip in S3 is not the zip with the hash in s3.source_code_hash: ${var.name} now runs other code. Copy the zip of the release to the bucket again, and apply."
    }
    precondition {
      condition     = var.s3 != null || try(fileexists(var.zip), false)
      error_message = "The zip ${coalesce(var.zip, "of ${var.name}")} does not exist. Run `npm run build` first, or name a release."
    }
    precondition {
      condition     = startswith(local.leases_table_arn, trimsuffix(local.own_table_arn, "${var.name}-leases"))
      error_message = "leases_table_arn is ${local.leases_table_arn}, but ${var.name} reads tables of its own account and region only. Name a table in this account and region."
    }
    precondition {
      condition     = terraform_data.leases_table.output == local.leases_table_arn
      error_message = "The leases of this function are in ${terraform_data.leases_table.output}. With these settings the function would use ${local.leases_table_arn}, and nothing would end the access that the leases record. Restore region, name_prefix and leases_table_arn. To move the function, remove it first: infra/README.md, \"Remove one handler\"."
    }
  }

  depends_on = [aws_iam_role_policy.target, aws_iam_role_policy.own]
}
