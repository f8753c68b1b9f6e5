output "api_url" {
  description = "Address of the API, for SYM_FLOW_API of the commands."
  value       = aws_apigatewayv2_api.this.api_endpoint
}

output "invoke_api_policy" {
  description = "IAM policy, as JSON, for the roles of the people who ask and decide."
  value = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "AskForAccess"
      Effect   = "Allow"
      Action   = "execute-api:Invoke"
      Resource = "${aws_apigatewayv2_api.this.execution_arn}/*/*"
    }]
  })
}

output "messages_topic_arn" {
  description = "ARN of the topic of the messages to people, for subscriptions."
  value       = aws_sns_topic.messages.arn
}

output "requests_table_name" {
  description = "Name of the table of requests."
  value       = aws_dynamodb_table.requests.name
}

output "slack_request_url" {
  description = "Address of the route of Slack, for the manifest of the Slack app; null without the variable slack."
  value       = var.slack == null ? null : "${aws_apigatewayv2_api.this.api_endpoint}${split(" ", local.slack_route)[1]}"
}

output "state_machine_arn" {
  description = "ARN of the state machine. Every execution belongs to one request, and has the request's id as name."
  value       = aws_sfn_state_machine.request.arn
}

output "alarm_names" {
  description = "Names of the alarms, by the watched condition."
  value       = { for key, alarm in aws_cloudwatch_metric_alarm.this : key => alarm.alarm_name }
}
