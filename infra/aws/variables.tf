variable "region" {
  description = "AWS region of the functions; what the AWS provider finds in its environment unless set."
  type        = string
  default     = null
}

variable "name_prefix" {
  description = "Begins the names of the functions and of all that belongs to them; Sym's roles have theirs from environment. A table that is there keeps its name, and its leases."
  type        = string
  default     = "sym"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,20}$", var.name_prefix))
    error_message = "name_prefix begins with a small letter and has up to 21 small letters, digits and hyphens."
  }
}

variable "tags" {
  description = "Tags of everything that is made here."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "environment" {
  description = "Name of the Sym environment; the connector's role becomes SymLambda and this name."
  type        = string
  default     = "prod"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z][A-Za-z0-9_-]{0,31}$", var.environment))
    error_message = "environment begins with a letter and has up to 32 letters, digits, - and _."
  }
}

variable "runtime_role_arns" {
  description = "Roles of the Sym runtimes that you have already and that may invoke the functions."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for arn in var.runtime_role_arns : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+$", arn))])
    error_message = "Each of runtime_role_arns is the ARN of one IAM role, without a wildcard."
  }
}

variable "runtime_external_id" {
  description = "Makes a role for a Sym runtime of your own, which Sym assumes with this external id: any UUID that you make up."
  type        = string
  default     = null

  validation {
    condition     = var.runtime_external_id == null || can(regex("^[\\w+=,.@:/-]{16,200}$", var.runtime_external_id))
    error_message = "runtime_external_id has 16 to 200 letters, digits and any of _+=,.@:/-, such as a UUID."
  }
}

variable "runtime" {
  description = "Lambda runtime of the functions. AWS provider 5.x knows none newer than nodejs22.x."
  type        = string
  default     = "nodejs22.x"
  nullable    = false
}

variable "log_retention_days" {
  description = "How long CloudWatch keeps the functions' logs."
  type        = number
  default     = 90
  nullable    = false
}

variable "alarm_topic_arn" {
  description = "SNS topic that is told of alarms; without one they are only seen in CloudWatch."
  type        = string
  default     = null

  validation {
    condition     = var.alarm_topic_arn == null || can(regex("^arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]+$", var.alarm_topic_arn))
    error_message = "alarm_topic_arn is the ARN of an SNS topic, not its name."
  }
}

variable "deletion_protection" {
  description = "Whether AWS refuses to delete the table of leases. Set it to false, and apply, before you destroy everything."
  type        = bool
  default     = true
  nullable    = false
}

variable "iam_group" {
  description = <<-EOT
    Deploys handlers/iam-group.
    group_arns: the groups in this account that it may change.
    role_arns: roles in other accounts that it may assume, for the setting role_arn of a target.
    user_arns: who may be added, such as arn:aws:iam::111122223333:user/people/*; every user of this account unless set.
    allowed_settings: values that people may choose in the prompt, by the name of the setting.
    environment: more environment variables, as the handler's README lists them.
    reserved_concurrency: how many events it handles at once; -1 for no limit of its own, 0 stops it.
  EOT
  type = object({
    group_arns           = optional(list(string), [])
    role_arns            = optional(list(string), [])
    user_arns            = optional(list(string), [])
    allowed_settings     = optional(map(list(string)), {})
    environment          = optional(map(string), {})
    reserved_concurrency = optional(number, -1)
  })
  default = null

  validation {
    condition     = var.iam_group == null ? true : length(var.iam_group.group_arns) + length(var.iam_group.role_arns) > 0
    error_message = "iam_group needs group_arns or role_arns: without both, the function could change nothing."
  }
  validation {
    condition     = alltrue([for arn in try(var.iam_group.group_arns, []) : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:group/[A-Za-z0-9+=,.@_/-]+$", arn))])
    error_message = "Each of iam_group.group_arns is the ARN of one IAM group, without a wildcard."
  }
  validation {
    condition     = alltrue([for arn in try(var.iam_group.user_arns, []) : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:user/[A-Za-z0-9+=,.@_/*-]+$", arn))])
    error_message = "Each of iam_group.user_arns is the ARN of IAM users; a path may end in /*."
  }
  validation {
    condition     = alltrue([for arn in try(var.iam_group.role_arns, []) : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+$", arn))])
    error_message = "Each of iam_group.role_arns is the ARN of one IAM role, without a wildcard."
  }
  validation {
    condition     = alltrue([for name in keys(try(var.iam_group.environment, {})) : contains(["IDENTITY_RULE", "IDENTITY_DOMAINS", "IDENTITY_MAP", "SWEEP_GRACE_SECONDS", "SWEEP_ACTION"], name)])
    error_message = "iam_group.environment may have IDENTITY_RULE, IDENTITY_DOMAINS, IDENTITY_MAP, SWEEP_GRACE_SECONDS and SWEEP_ACTION."
  }
}

variable "identity_center_group" {
  description = <<-EOT
    Deploys handlers/identity-center-group.
    identity_store_arn: the store, such as arn:aws:identitystore::111122223333:identitystore/d-1234567890.
    group_ids: the groups in it that the function may change.
    region: where Identity Center is, if not in the functions' region.
    role_arns: roles in other accounts that it may assume, for the setting role_arn of a target.
    kms_key_arn: the key of your own that the store is encrypted with, if it is.
    allowed_settings, environment, reserved_concurrency: as for iam_group.
  EOT
  type = object({
    identity_store_arn   = optional(string)
    group_ids            = optional(list(string), [])
    region               = optional(string)
    role_arns            = optional(list(string), [])
    kms_key_arn          = optional(string)
    allowed_settings     = optional(map(list(string)), {})
    environment          = optional(map(string), {})
    reserved_concurrency = optional(number, -1)
  })
  default = null

  validation {
    condition     = var.identity_center_group == null ? true : length(var.identity_center_group.group_ids) + length(var.identity_center_group.role_arns) > 0
    error_message = "identity_center_group needs group_ids or role_arns: without both, the function could change nothing."
  }
  validation {
    condition     = length(try(var.identity_center_group.group_ids, [])) == 0 || can(regex("^arn:aws[a-z-]*:identitystore::[0-9]{12}:identitystore/(d-[0-9a-f]{10}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$", var.identity_center_group.identity_store_arn))
    error_message = "identity_center_group.identity_store_arn is an ARN such as arn:aws:identitystore::111122223333:identitystore/d-1234567890, and needed with group_ids."
  }
  validation {
    condition     = alltrue([for id in try(var.identity_center_group.group_ids, []) : can(regex("^([0-9a-f]{10}-)?[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$", id))])
    error_message = "Each of identity_center_group.group_ids is a group's id, such as 90671c2f-4001-7000-8000-00000000000a: not its name, and without a wildcard."
  }
  validation {
    condition     = try(var.identity_center_group.region, null) == null || can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.identity_center_group.region))
    error_message = "identity_center_group.region is a region, such as eu-west-1."
  }
  validation {
    condition     = try(var.identity_center_group.kms_key_arn, null) == null || can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", var.identity_center_group.kms_key_arn))
    error_message = "identity_center_group.kms_key_arn is the ARN of one key, without a wildcard; a policy on an alias does not reach its key."
  }
  validation {
    condition     = alltrue([for arn in try(var.identity_center_group.role_arns, []) : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+$", arn))])
    error_message = "Each of identity_center_group.role_arns is the ARN of one IAM role, without a wildcard."
  }
  validation {
    condition     = alltrue([for name in keys(try(var.identity_center_group.environment, {})) : contains(["SWEEP_GRACE_SECONDS", "SWEEP_ACTION"], name)])
    error_message = "identity_center_group.environment may have SWEEP_GRACE_SECONDS and SWEEP_ACTION; the region has a field of its own."
  }
}

variable "github_team" {
  description = <<-EOT
    Deploys handlers/github-team.
    app_id: the id of the GitHub App whose private key the secret holds; without one, the secret holds a personal access token.
    installations: the id of the App's installation in each organisation, by the organisation's name; saves a function that has just started a round trip.
    secret_name: the secret's name in Secrets Manager, in this account and region. Its value is not known here.
    secret_kms_key_arn: the key of your own that the secret is encrypted with, if it is.
    allowed_settings, environment, reserved_concurrency: as for iam_group.
  EOT
  type = object({
    app_id               = optional(string)
    installations        = optional(map(string), {})
    secret_name          = string
    secret_kms_key_arn   = optional(string)
    allowed_settings     = optional(map(list(string)), {})
    environment          = optional(map(string), {})
    reserved_concurrency = optional(number, -1)
  })
  default = null

  validation {
    condition     = var.github_team == null ? true : can(regex("^[A-Za-z0-9/_+=.@-]{1,512}$", var.github_team.secret_name))
    error_message = "github_team.secret_name is a secret's name, not its ARN, and without a wildcard."
  }
  validation {
    condition     = try(var.github_team.secret_kms_key_arn, null) == null || can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", var.github_team.secret_kms_key_arn))
    error_message = "github_team.secret_kms_key_arn is the ARN of one key, without a wildcard; a policy on an alias does not reach its key."
  }
  validation {
    condition     = try(var.github_team.app_id, null) == null || can(regex("^[0-9]+$", var.github_team.app_id))
    error_message = "github_team.app_id is the App's id, a number."
  }
  validation {
    condition     = alltrue([for org, id in try(var.github_team.installations, {}) : can(regex("^[A-Za-z0-9][A-Za-z0-9-]*=[0-9]{1,15}$", "${org}=${id}"))])
    error_message = "github_team.installations gives organisations' names their installations' ids, which are numbers, such as { acme = 12345678 }."
  }
  validation {
    condition     = length(try(var.github_team.installations, {})) == 0 || try(var.github_team.app_id, null) != null
    error_message = "github_team.installations are those of an App, so set github_team.app_id, too."
  }
  validation {
    condition     = alltrue([for name in keys(try(var.github_team.environment, {})) : contains(["GITHUB_API_URL", "IDENTITY_RULE", "IDENTITY_MAP", "IDENTITY_SUFFIX", "IDENTITY_DOMAINS", "SWEEP_GRACE_SECONDS", "SWEEP_ACTION"], name)])
    error_message = "github_team.environment may have GITHUB_API_URL, IDENTITY_RULE, IDENTITY_MAP, IDENTITY_SUFFIX, IDENTITY_DOMAINS, SWEEP_GRACE_SECONDS and SWEEP_ACTION; App, installations and secret have fields of their own."
  }
}

variable "feature_flag" {
  description = <<-EOT
    Deploys handlers/feature-flag.
    launchdarkly_secret_name: the secret in Secrets Manager with LaunchDarkly's token. Its value is not known here.
    unleash: where Unleash is, and the secret with its token.
    secret_kms_key_arns: the keys of your own that these secrets are encrypted with, if they are.
    appconfig: the ids of each place in AWS AppConfig where it may change flags.
    toggle_allowed: which flags it may switch for everybody, each as project/environment/flag.
    allowed_settings, environment, reserved_concurrency: as for iam_group.
  EOT
  type = object({
    launchdarkly_secret_name = optional(string)
    unleash                  = optional(object({ url = string, secret_name = string }))
    secret_kms_key_arns      = optional(list(string), [])
    appconfig = optional(list(object({
      application_id           = string
      environment_id           = string
      configuration_profile_id = string
      deployment_strategy_id   = string
    })), [])
    toggle_allowed       = optional(list(string), [])
    allowed_settings     = optional(map(list(string)), {})
    environment          = optional(map(string), {})
    reserved_concurrency = optional(number, -1)
  })
  default = null

  validation {
    condition     = var.feature_flag == null ? true : var.feature_flag.launchdarkly_secret_name != null || var.feature_flag.unleash != null || length(var.feature_flag.appconfig) > 0
    error_message = "feature_flag needs launchdarkly_secret_name, unleash or appconfig: without all, the function could change nothing."
  }
  validation {
    condition     = alltrue([for name in [try(var.feature_flag.launchdarkly_secret_name, null), try(var.feature_flag.unleash.secret_name, null)] : name == null || can(regex("^[A-Za-z0-9/_+=.@-]{1,512}$", name))])
    error_message = "Each secret of feature_flag is a name, not an ARN, and without a wildcard."
  }
  validation {
    condition     = alltrue([for arn in try(var.feature_flag.secret_kms_key_arns, []) : can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", arn))])
    error_message = "Each of feature_flag.secret_kms_key_arns is the ARN of one key, without a wildcard; a policy on an alias does not reach its key."
  }
  validation {
    condition     = try(var.feature_flag.unleash, null) == null || can(regex("^https://", var.feature_flag.unleash.url))
    error_message = "feature_flag.unleash.url begins with https://, because the function sends a token there."
  }
  validation {
    condition     = alltrue([for toggle in try(var.feature_flag.toggle_allowed, []) : can(regex("^[^/*]+/[^/*]+/[^/*]+$", toggle))])
    error_message = "Each of feature_flag.toggle_allowed is one flag, as project/environment/flag, without a wildcard."
  }
  validation {
    condition     = alltrue(flatten([for place in try(var.feature_flag.appconfig, []) : [for id in [place.application_id, place.environment_id, place.configuration_profile_id] : can(regex("^[a-z0-9]{4,7}$", id))]]))
    error_message = "Each of feature_flag.appconfig has ids of 4 to 7 small letters and digits, not names."
  }
  validation {
    condition     = alltrue([for place in try(var.feature_flag.appconfig, []) : can(regex("^([a-z0-9]{4,7}|AppConfig\\.[A-Za-z0-9]{9,40})$", place.deployment_strategy_id))])
    error_message = "Each deployment_strategy_id of feature_flag.appconfig is an id, or a predefined strategy such as AppConfig.AllAtOnce."
  }
  validation {
    condition     = alltrue([for name in keys(try(var.feature_flag.environment, {})) : contains(["LAUNCHDARKLY_URL", "CONTEXT_KEY_DOMAINS", "SWEEP_GRACE_SECONDS", "SWEEP_ACTION"], name)])
    error_message = "feature_flag.environment may have LAUNCHDARKLY_URL, CONTEXT_KEY_DOMAINS, SWEEP_GRACE_SECONDS and SWEEP_ACTION; the rest has fields of its own."
  }
}
