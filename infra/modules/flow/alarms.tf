locals {
  own = { namespace = "SymFlow", dimensions = { table = local.requests_table } }

  message_alarms = {
    end-late         = { kind = "late", minutes = 5, sum = 1, description = "A handler has not ended access for an hour after its time: the person still has the access. The flow tries on." }
    end-failed       = { kind = "failed", minutes = 5, sum = 1, description = "A handler has not ended access for a day, and the flow has given up: the person may still have the access. End the access by hand." }
    stopped          = { kind = "stopped", minutes = 5, sum = 1, description = "An execution failed, was stopped or vanished before its request was over; the watchman ended the request." }
    approved-at-once = { kind = "approved-at-once", minutes = 5, sum = 1, description = "A person got access without an approver, as on-call or by breaking the glass." }
    expired          = { kind = "expired", minutes = 24 * 60, sum = 5, description = "Five requests of a day expired without a decision: check whether approvers get the messages." }
  }

  outlets = concat(["topic"], var.slack == null ? [] : ["slack"])

  alarms = merge(
    {
      for name, alarm in local.message_alarms : name => {
        source      = merge(local.own, { dimensions = { table = local.requests_table, kind = alarm.kind } })
        metric      = "Messages"
        minutes     = alarm.minutes
        sum         = alarm.sum
        description = alarm.description
      }
    },
    {
      for name in keys(local.functions) : "${name}-errors" => {
        source      = { namespace = "AWS/Lambda", dimensions = { FunctionName = "${local.name}-${name}" } }
        metric      = "Errors"
        minutes     = 5
        sum         = 1
        description = "The function ${local.name}-${name} failed: read its log."
      }
    },
    {
      for outlet in local.outlets : "not-told-${outlet}" => {
        source      = merge(local.own, { dimensions = { table = local.requests_table, outlet = outlet } })
        metric      = "Untold"
        minutes     = 5
        sum         = 1
        description = "The ${outlet == "slack" ? "Slack app" : "topic of the messages"} could not tell a message to people. The watchman tries again for a day; npm run requests -- show says why."
      }
    },
    {
      broken-requests = {
        source      = local.own
        metric      = "Broken"
        minutes     = 10
        sum         = 1
        description = "The watchman could not read or carry on a request: read its log, and check the access by hand."
      }
      watchman-not-run = {
        source      = local.own
        metric      = "Rounds"
        minutes     = 15
        sum         = 1
        description = "The watchman did not run for 15 minutes: nothing notices stopped executions."
      }
    },
  )
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "${local.name}-${each.key}"
  alarm_description   = each.value.description
  namespace           = each.value.source.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.source.dimensions
  statistic           = "Sum"
  period              = each.value.minutes * 60
  evaluation_periods  = 1
  threshold           = each.value.sum
  comparison_operator = each.key == "watchman-not-run" ? "LessThanThreshold" : "GreaterThanOrEqualToThreshold"
  treat_missing_data  = each.key == "watchman-not-run" ? "breaching" : "notBreaching"
  alarm_actions       = var.alarm_topic_arn == null ? [] : [var.alarm_topic_arn]
  ok_actions          = var.alarm_topic_arn == null ? [] : [var.alarm_topic_arn]
}
