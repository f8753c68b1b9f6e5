# The API of the commands. API Gateway checks the caller's IAM signature, and tells the function the caller's ARN; a Lambda function
# that is invoked directly does not know its caller. slack.tf adds the route of Slack.
resource "aws_apigatewayv2_api" "this" {
  name          = local.name
  description   = "Requests for access, and decisions about requests."
  protocol_type = "HTTP"
}

resource "aws_apigatewayv2_integration" "api" {
  api_id                 = aws_apigatewayv2_api.this.id
  integration_type       = "AWS_PROXY"
  integration_uri        = aws_lambda_function.this["api"].invoke_arn
  payload_format_version = "2.0"
}

resource "aws_apigatewayv2_route" "this" {
  for_each = toset([
    "GET /requests",
    "GET /requests/{id}",
    "GET /targets",
    "POST /requests",
    "POST /requests/{id}/{decision}",
  ])

  api_id             = aws_apigatewayv2_api.this.id
  route_key          = each.key
  authorization_type = "AWS_IAM"
  target             = "integrations/${aws_apigatewayv2_integration.api.id}"
}

resource "aws_apigatewayv2_stage" "default" {
  api_id      = aws_apigatewayv2_api.this.id
  name        = "$default"
  auto_deploy = true

  default_route_settings {
    throttling_burst_limit = 50
    throttling_rate_limit  = 20
  }

  # A flood of forged events must not use up the calls of the commands.
  dynamic "route_settings" {
    for_each = toset(var.slack == null ? [] : [local.slack_route])
    content {
      route_key              = route_settings.key
      throttling_burst_limit = 50
      throttling_rate_limit  = 20
    }
  }

  depends_on = [aws_apigatewayv2_route.slack]
}

resource "aws_lambda_permission" "api" {
  statement_id   = "TheApiInvokesTheFunction"
  action         = "lambda:InvokeFunction"
  function_name  = aws_lambda_function.this["api"].function_name
  principal      = "apigateway.amazonaws.com"
  source_arn     = "${aws_apigatewayv2_api.this.execution_arn}/*/*"
  source_account = local.account_id
}
