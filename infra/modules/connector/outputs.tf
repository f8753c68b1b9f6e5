output "settings" {
  description = "Settings of Sym's permission_context integration, the same as those of symopsio/lambda-connector/aws."
  value = {
    cloud      = "aws"
    region     = data.aws_region.current.id
    role_arn   = aws_iam_role.this.arn
    account_id = data.aws_caller_identity.current.account_id
  }
}
