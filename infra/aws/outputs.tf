output "function_arns" {
  description = "ARN of each deployed function by the name of its handler, for infra/sym."
  value       = { for name, function in local.by_handler : name => function.function_arn }
}

output "connector_settings" {
  description = "Settings of Sym's permission_context integration that invokes the functions, for infra/sym; null without a connector, or without functions."
  value       = one(module.connector[*].settings)
}

output "runtime_settings" {
  description = "Settings of the permission_context integration of your own Sym runtime, for infra/sym; null without runtime_external_id."
  value = var.runtime_external_id == null ? null : {
    cloud       = "aws"
    region      = data.aws_region.current.id
    role_arn    = aws_iam_role.runtime[0].arn
    account_id  = local.account_id
    external_id = var.runtime_external_id
  }
}

output "function_role_arns" {
  description = "ARN of each function's role by the name of its handler, for the trust policies of roles in other accounts."
  value       = { for name, function in local.by_handler : name => function.role_arn }
}

output "leases_table_names" {
  description = "Name of each function's table of leases by the name of its handler, for `npm run leases -- --table`."
  value       = { for name, function in local.by_handler : name => function.leases_table_name }
}
