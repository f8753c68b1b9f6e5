output "api_url" {
  description = "Address of the API, for SYM_FLOW_API of the commands."
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

output "requests_table_name" {
  description = "Name of the table of requests."
  value       = module.flow.requests_table_name
}

output "slack_request_url" {
  description = "Address of the route of Slack, for the manifest of the Slack app; null without the variable slack."
  value       = module.flow.slack_request_url
}

output "state_machine_arn" {
  description = "ARN of the state machine. Every execution belongs to one request, and has the request's id as name."
  value       = module.flow.state_machine_arn
}

output "alarm_names" {
  description = "Names of the alarms, by the watched condition."
  value       = module.flow.alarm_names
}
