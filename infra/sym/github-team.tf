variable "github_team_targets" {
  description = "A sym_target for each GitHub team that people can request, by the target's name. The settings are those of handlers/github-team; label is what people see."
  type        = map(map(string)) # Not map(object()): variables.tf says why.
  default     = {}
  nullable    = false

  validation {
    condition     = length(setsubtract(flatten([for target in var.github_team_targets : keys(target)]), local.github_team_target_fields)) == 0
    error_message = "github_team_targets has ${join(", ", setsubtract(flatten([for target in var.github_team_targets : keys(target)]), local.github_team_target_fields))}; the fields of a target are ${join(", ", local.github_team_target_fields)}."
  }

  validation {
    condition     = alltrue([for name in keys(var.github_team_targets) : can(regex("^[A-Za-z0-9_-]+$", name))])
    error_message = "github_team_targets has ${join(", ", keys(var.github_team_targets))}; use letters, digits, - and _ in the names of targets."
  }

  validation {
    condition     = can([for target in var.github_team_targets : regex("^[A-Za-z0-9-]+$", target.org)])
    error_message = "github_team_targets has ${jsonencode([for target in var.github_team_targets : lookup(target, "org", null)])} as org; use the names of organisations."
  }

  validation {
    condition     = can([for target in var.github_team_targets : regex("^[a-z0-9_-]+$", target.team_slug)])
    error_message = "github_team_targets has ${jsonencode([for target in var.github_team_targets : lookup(target, "team_slug", null)])} as team_slug; use the names of teams as they are in the teams' URLs."
  }

  validation {
    condition     = alltrue([for target in var.github_team_targets : contains(["member", "maintainer"], coalesce(lookup(target, "role", null), "member"))])
    error_message = "github_team_targets has ${jsonencode(compact([for target in var.github_team_targets : lookup(target, "role", null)]))} as role; use member or maintainer."
  }
}

locals {
  github_team_target_fields = ["org", "team_slug", "role", "invite", "label"]
  github_team_targets = {
    for name, target in var.github_team_targets : "github-team-${name}" => target if contains(keys(var.function_arns), "github-team")
  }
}

resource "sym_target" "github_team" {
  for_each = local.github_team_targets

  type  = "aws_lambda_function"
  name  = "${var.environment}-${each.key}"
  label = coalesce(lookup(each.value, "label", null), "GitHub team ${each.value.org}/${each.value.team_slug}")

  settings = {
    for name, value in merge(each.value, { arn = var.function_arns["github-team"], label = null }) : name => value if value != null
  }
}

locals {
  github_team = {
    handler    = "github-team"
    is_offered = length(var.github_team_targets) > 0
    targets    = values(sym_target.github_team)
  }
}
