output "api_url" {
  description = "Address of the flow's API, for SYM_FLOW_API of the commands."
  value       = module.flow.api_url
}

output "invoke_api_policy" {
  description = "IAM policy, as JSON, for the roles of the people who ask and decide."
  value       = module.flow.invoke_api_policy
}

output "messages_topic_arn" {
  description = "ARN of the topic of the messages to people, for subscriptions."
  value       = module.flow.messages_topic_arn
}

output "function_arn" {
  description = "ARN of the function."
  value       = module.iam_group.function_arn
}

output "leases_table_name" {
  description = "Name of the function's table of leases."
  value       = module.iam_group.leases_table_name
}
