variable "github_team_targets" {
  description = "A sym_target for each GitHub team that people can ask for, by the target's name. The settings are those of handlers/github-team; label is what people see."
  type = map(object({
    org       = string
    team_slug = string
    role      = optional(string)
    invite    = optional(bool)
    label     = optional(string)
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for name in keys(var.github_team_targets) : can(regex("^[A-Za-z0-9_-]+$", name))])
    error_message = "github_team_targets has ${join(", ", keys(var.github_team_targets))}; use letters, digits, - and _ in the names of targets."
  }

  validation {
    condition     = alltrue([for target in var.github_team_targets : can(regex("^[a-z0-9_-]+$", target.team_slug))])
    error_message = "github_team_targets has ${jsonencode([for target in var.github_team_targets : target.team_slug])} as team_slug; use the names of teams as they are in the teams' URLs."
  }

  validation {
    condition     = alltrue([for target in var.github_team_targets : contains(["member", "maintainer"], coalesce(target.role, "member"))])
    error_message = "github_team_targets has ${jsonencode(compact([for target in var.github_team_targets : target.role]))} as role; use member or maintainer."
  }
}

locals {
  github_team_targets = contains(keys(var.function_arns), "github-team") ? {
    for name, target in var.github_team_targets : "github-team-${name}" => target
  } : {}
}

resource "sym_target" "github_team" {
  for_each = local.github_team_targets

  type  = "aws_lambda_function"
  name  = "${var.environment}-${each.key}"
  label = coalesce(each.value.label, "GitHub team ${each.value.org}/${each.value.team_slug}")

  settings = { for name, value in {
    arn       = var.function_arns["github-team"]
    org       = each.value.org
    team_slug = each.value.team_slug
    role      = each.value.role
    invite    = each.value.invite
  } : name => value if value != null }
}
