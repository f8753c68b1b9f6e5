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
  }
  given = { for key, target in var.targets : key => merge(local.rule_fields, { for name, value in target : name => value if value != null }) }

  rules = {
    for key, target in local.given : key => merge(
      { for name, value in target : name => value if name != "handler" && value != null },
      { target = key, function_arn = try(var.function_arns[target.handler], null) },
    )
  }

  # What the checks need of each target, with empty values for what is missing or has another type.
  unit_seconds = { s = 1, m = 60, h = 3600, d = 86400 }
  checked = {
    for key, target in local.given : key => {
      unknown   = setsubtract(keys(target), keys(local.rule_fields))
      askers    = try([for email in tolist(target.may_ask.people) : lower(email)], [])
      approvers = try(toset([for email in tolist(target.may_approve.people) : lower(email)]), toset([]))
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

  # A sentence for each fault in the rules of a target.
  faults = {
    for key, target in local.given : key => concat(
      [for field in local.checked[key].unknown : "${field} is not a field of the rules; the fields are ${join(", ", keys(local.rule_fields))}"],
      try(var.function_arns[target.handler], null) != null ? [] : ["handler is ${jsonencode(target.handler)}, which is not in function_arns; choose one of ${join(", ", keys(var.function_arns))}"],
      try(length(trimspace(target.label)) >= 1 && length(target.label) <= 100, false) ? [] : ["label is ${jsonencode(target.label)}, but must be one line of text with 1 to 100 characters"],
      flatten([
        for field, people in { may_ask = local.checked[key].askers, may_approve = local.checked[key].approvers } : concat(
          length(people) > 0 ? [] : ["${field} must be an object with a list of people, such as { people = [\"robin@example.com\"] }"],
          [for email in people : "${field}.people has ${jsonencode(email)}, but must have e-mail addresses, such as robin@example.com" if !can(regex(local.email, email))],
        )
      ]),
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
      contains([1, 2], target.approvals) ? [
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
