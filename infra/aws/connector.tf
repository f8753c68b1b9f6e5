locals {
  runtime_role_arns = concat(var.runtime_role_arns, aws_iam_role.runtime[*].arn)
}

# To use another connector, or another orchestrator than Sym, leave runtime_role_arns and runtime_external_id unset.
module "connector" {
  source = "../modules/connector"
  count  = length(local.functions) > 0 && (length(var.runtime_role_arns) > 0 || var.runtime_external_id != null) ? 1 : 0

  environment       = var.environment
  lambda_arns       = local.functions[*].function_arn
  runtime_role_arns = local.runtime_role_arns
}
