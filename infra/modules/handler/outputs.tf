output "name" {
  description = "Name of the function."
  value       = var.name
}

output "function_arn" {
  description = "ARN of the function, for the connector and as the setting arn of each sym_target."
  value       = aws_lambda_function.this.arn
}

output "role_arn" {
  description = "ARN of the function's role, which roles in other accounts must trust."
  value       = aws_iam_role.function.arn
}

output "leases_table_arn" {
  description = "ARN of the function's table of leases."
  value       = local.leases_table_arn
}

output "leases_table_name" {
  description = "Name of the function's table of leases, for `npm run leases -- --table`."
  value       = local.leases_table_name
}

output "log_group_name" {
  description = "Name of the function's log group."
  value       = aws_cloudwatch_log_group.this.name
}

output "alarm_names" {
  description = "Names of the alarms, by the watched condition."
  value       = { for key, alarm in aws_cloudwatch_metric_alarm.this : key => alarm.alarm_name }
}

output "environment" {
  description = "Environment variables of the function."
  value       = local.environment
}
