# The rules of the targets. Each target's rules are a parameter in Parameter Store, which the functions read at each decision;
# only Terraform writes the parameters. `readRules` in packages/flow reads the same JSON, and refuses the same faults.
locals {
  rules_path = "/${local.name}/targets"
  rules_arn  = "arn:${local.partition}:ssm:${local.region}:${local.account_id}:parameter${local.rules_path}"

  rule_fields = {
    handler       = null
    label         = null
    settings      = {}
    may_ask       = null
    may_approve   = null
    approvals     = 1
    durations     = []
    longest       = null
    reason        = null
    decide_within = "8h"
    on_call       = null
    break_glass   = null
    slack_channel = null
  }
  given = { for key, target in var.targets : key => merge(local.rule_fields, { for name, value in target : name => value if value != null }) }

  rules = {
    for key, target in local.given : key => merge(
      { for name, value in target : name => value if !contains(["handler", "slack_channel"], name) && value != null },
      { target = key, function_arn = try(var.function_arns[target.handler], null) },
      { for name, value in { slack_channel = var.slack == null ? null : try(coalesce(target.slack_channel, local.slack.channel), null) } : name => value if value != null },
    )
  }

  # What the checks need of each target, with empty values for what is missing or has another type.
  unit_seconds = { s = 1, m = 60, h = 3600, d = 86400 }
  checked = {
    for key, target in local.given : key => {
      unknown   = setsubtract(keys(target), keys(local.rule_fields))
      askers    = try([for email in tolist(target.may_ask.people) : lower(email)], [])
      approvers = try(toset([for email in tolist(target.may_approve.people) : lower(email)]), toset([]))
      members = {
        for field, rule in {
          may_ask               = { of = target, members = try(target.may_ask, null) }
          may_approve           = { of = target, members = try(target.may_approve, null) }
          "on_call.may_ask"     = { of = target.on_call, members = try(target.on_call.may_ask, null) }
          "break_glass.may_ask" = { of = target.break_glass, members = try(target.break_glass.may_ask, null) }
          } : field => {
          people = try([for email in tolist(rule.members.people) : tostring(email)], [])
          groups = try([for group in tolist(rule.members.slack_user_groups) : tostring(group)], [])
          is_read = try(length(setsubtract(keys(rule.members), ["people", "slack_user_groups"])) == 0, false) && alltrue([
            for list in ["people", "slack_user_groups"] : try(rule.members[list], null) == null || can([for text in tolist(rule.members[list]) : tostring(text)])
          ])
        } if rule.of != null
      }
      durations = try([for text in tolist(target.durations) : text], [])
      seconds   = [for text in try(tolist(target.durations), []) : try(tonumber(substr(text, 0, length(text) - 1)) * local.unit_seconds[substr(text, length(text) - 1, 1)], 0)]
      routes = {
        for route, rule in { "" = target, "on_call." = target.on_call, "break_glass." = target.break_glass } : route => {
          longest               = try(tostring(rule.longest), "")
          seconds               = try(tonumber(substr(rule.longest, 0, length(rule.longest) - 1)) * local.unit_seconds[substr(rule.longest, length(rule.longest) - 1, 1)], 0)
        } if rule != null
      }
    }
  }

  email = "^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)+$"

  # A sentence for each fault in the rules of a target. No sentence reads the ARN of a function, so that the plan that makes the
  # function has the sentences, too.
  faults = {
    for key, target in local.given : key => concat(
      [for field in local.checked[key].unknown : "${field} is not a field of the rules; the fields are ${join(", ", keys(local.rule_fields))}"],
      try(contains(keys(var.function_arns), target.handler), false) ? [] : ["handler is ${jsonencode(target.handler)}, which is not in function_arns; choose one of ${join(", ", keys(var.function_arns))}"],
      try(length(trimspace(target.label)) >= 1 && length(target.label) <= 100, false) ? [] : ["label is ${jsonencode(target.label)}, but must be one line of text with 1 to 100 characters"],
      flatten([
        for field, members in local.checked[key].members : concat(
          members.is_read && length(members.people) + length(members.groups) > 0 ? [] : ["${field} must be an object with people, slack_user_groups or both, such as { people = [\"robin@example.com\"] }"],
          [for email in members.people : "${field}.people has ${jsonencode(email)}, but must have e-mail addresses, such as robin@example.com" if !can(regex(local.email, email))],
          [for group in members.groups : "${field}.slack_user_groups has ${jsonencode(group)}, but must have ids of Slack user groups, such as S0123ABCD" if !can(regex("^S[A-Z0-9]{2,30}$", group))],
          var.slack != null || length(members.groups) == 0 ? [] : ["${field} has slack_user_groups, which the flow cannot read without Slack; set the variable slack, or name people by e-mail"],
        )
      ]),
      target.slack_channel == null || can(regex(local.slack_channel, target.slack_channel)) ? [] : ["slack_channel is ${jsonencode(target.slack_channel)}, but must be the id of a Slack channel, such as C0123ABCD"],
      target.slack_channel == null || var.slack != null ? [] : ["slack_channel is ${jsonencode(target.slack_channel)}, but the flow does not use Slack; set the variable slack, or remove slack_channel"],
      contains([1, 2], target.approvals) ? [] : ["approvals is ${jsonencode(target.approvals)}, but must be 1 or 2"],
      length(local.checked[key].durations) > 0 ? [] : ["durations must be a list of durations such as 30m"],
      [for index, text in local.checked[key].durations : "durations has ${jsonencode(text)}, but must have durations of at most 300 days, such as 30m, 4h or 1d" if !(can(regex("^[1-9][0-9]{0,6}[smhd]$", text)) && local.checked[key].seconds[index] <= 300 * 86400)],
      flatten([
        for route, rule in local.checked[key].routes : can(regex("^[1-9][0-9]{0,6}[smhd]$", rule.longest)) && rule.seconds <= 300 * 86400 ? [
          for shortest in length(local.checked[key].seconds) == 0 ? [] : [min(local.checked[key].seconds...)] :
          "${route}longest is ${rule.longest}, which is shorter than each of durations; raise ${route}longest, or add a shorter duration" if shortest > rule.seconds
        ] : ["${route}longest is ${jsonencode(rule.longest)}, but must be a duration of at most 300 days, such as 30m, 4h or 1d"]
      ]),
      can(regex("^[1-9][0-9]{0,6}[smhd]$", target.decide_within)) ? [] : ["decide_within is ${jsonencode(target.decide_within)}, but must be a duration of at most 30 days, such as 8h"],
      # The members of a Slack user group are not known here, so rules with a group of approvers pass.
      contains([1, 2], target.approvals) && length(local.checked[key].members["may_approve"].groups) == 0 ? [
        for asker in local.checked[key].askers : "may_approve has ${length(setsubtract(local.checked[key].approvers, [asker]))} people besides ${asker}, but approvals is ${target.approvals} and nobody approves an own request; add approvers, or remove ${asker} from may_ask"
        if length(setsubtract(local.checked[key].approvers, [asker])) < target.approvals
      ] : [],
    )
  }
}

resource "aws_ssm_parameter" "rules" {
  for_each = local.rules

  name        = "${local.rules_path}/${each.key}"
  description = "Rules of the target ${each.key}: who may ask for the access, who may approve, and for how long."
  type        = "String"
  # A standard parameter has up to 4,096 characters; an advanced parameter costs 0.05 USD a month.
  tier  = length(jsonencode(each.value)) <= 4096 ? "Standard" : "Advanced"
  value = jsonencode(each.value)

  lifecycle {
    precondition {
      condition     = length(local.faults[each.key]) == 0
      error_message = "Rules of ${each.key}: ${join(". ", local.faults[each.key])}."
    }
    precondition {
      condition     = length(jsonencode(each.value)) <= 8192
      error_message = "Rules of ${each.key} have ${length(jsonencode(each.value))} characters, and Parameter Store holds 8,192; make two targets with fewer people each."
    }
  }
}
