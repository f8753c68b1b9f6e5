locals {
  own    = { namespace = "SymHandlers", dimensions = { function = var.name } }
  lambda = { namespace = "AWS/Lambda", dimensions = { FunctionName = var.name } }

  # An alarm starts when the sum over `minutes` is at least 1; `sweep-not-run` starts when the sum is less. The function
  # writes no zeros, so missing data of all other metrics are zeros.
  alarms = {
    failed = {
      source      = merge(local.own, { dimensions = { function = var.name, outcome = "failed" } })
      metric      = "Invocations"
      minutes     = 5
      description = "${var.name} failed to process an event; after a deescalate, the person may still have access."
    }
    refused = {
      source      = merge(local.own, { dimensions = { function = var.name, outcome = "refused" } })
      metric      = "Invocations"
      minutes     = 60
      description = "${var.name} refused events: a target, a look-up or the function's settings may be wrong."
    }
    orphaned-leases = {
      source      = local.own
      metric      = "OrphanedLeases"
      minutes     = 15
      description = "Access outlived its request, because no deescalate arrived; the sweep of ${var.name} found the access."
    }
    sweep-failed = {
      source      = local.own
      metric      = "SweepFailed"
      minutes     = 15
      description = "The sweep of ${var.name} could not end expired access; later sweeps try again."
    }
    changed-by-others = {
      source      = local.own
      metric      = "ChangedByOthers"
      minutes     = 15
      description = "At the end of a request, ${var.name} found access that another administrator or system had changed since the grant, and left this access unchanged: check whether the person should keep the access."
    }
    still-has-access = {
      source      = local.own
      metric      = "StillHasAccess"
      minutes     = 15
      description = "${var.name} revoked access, and the person has the access by another way, such as a child team: check whether the person should keep the access."
    }
    failing-for-a-day = {
      source      = local.own
      metric      = "FailingForADay"
      minutes     = max(15, var.sweep_minutes * 2) # Each sweep counts these leases, so one period at least has a sweep.
      description = "The sweep of ${var.name} has failed to end the same access for more than a day, at every try: a person must act."
    }
    sweep-cut-off = {
      source      = local.own
      metric      = "SweepLeft"
      minutes     = 15
      description = "A sweep of ${var.name} ran out of time before the end of its due work: expired access waits for the next sweeps."
    }
    sweep-not-run = {
      source      = local.own
      metric      = "Sweeps"
      minutes     = var.sweep_minutes * 3
      description = "${var.name} ran no sweep for three periods: expired access may remain."
    }
    errors = {
      source      = local.lambda
      metric      = "Errors"
      minutes     = 5
      description = "${var.name} crashed, ran out of time or could not start."
    }
    throttles = {
      source      = local.lambda
      metric      = "Throttles"
      minutes     = 5
      description = "Lambda rejected events for ${var.name}: raise the reserved concurrency or the account's quota."
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = each.value.description
  namespace           = each.value.source.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.source.dimensions
  statistic           = "Sum"
  period              = each.value.minutes * 60
  evaluation_periods  = 1
  threshold           = 1
  comparison_operator = each.key == "sweep-not-run" ? "LessThanThreshold" : "GreaterThanOrEqualToThreshold"
  treat_missing_data  = each.key == "sweep-not-run" ? "breaching" : "notBreaching"
  alarm_actions       = var.alarm_topic_arn == null ? [] : [var.alarm_topic_arn]
  ok_actions          = var.alarm_topic_arn == null ? [] : [var.alarm_topic_arn]
}
