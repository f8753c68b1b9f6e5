output "function_arn" {
  description = "ARN of the function."
  value       = module.iam_group.function_arn
}

output "leases_table_name" {
  description = "Name of the function's table of leases."
  value       = module.iam_group.leases_table_name
}

output "flow" {
  description = "Name of the flow that people start with `/sym req`."
  value       = sym_flow.access.name
}
