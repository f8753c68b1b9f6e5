# Unknown fields. Terraform's object() drops an unknown field without a warning. So the targets of a handler are a
# map(map(string)), because Sym keeps settings as texts, and the handler's file lists the fields once. The first
# validation of the variable refuses all other fields and lists the known fields. `lookup(target, "role", null)` reads
# an optional field.

variable "org" {
  description = "The slug of your organisation at Sym, as shown by `symflow`."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]+$", var.org))
    error_message = "org is \"${var.org}\"; set it to the slug of your organisation at Sym: letters, digits, - and _."
  }
}

variable "environment" {
  description = "The name of the sym_environment, and the prefix of all other names."
  type        = string
  default     = "prod"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]+$", var.environment))
    error_message = "environment is \"${var.environment}\"; use letters, digits, - and _."
  }
}

variable "function_arns" {
  description = "The output function_arns of infra/aws: the ARN of each deployed function by the name of its handler. A handler without a function gets no targets."
  type        = map(string)
  nullable    = false

  validation {
    condition     = alltrue([for arn in values(var.function_arns) : can(regex("^arn:aws[a-z-]*:lambda:[a-z0-9-]+:[0-9]{12}:function:[A-Za-z0-9_-]+(:[A-Za-z0-9_$-]+)?$", arn))])
    error_message = "function_arns has ${join(", ", values(var.function_arns))}; each must be the ARN of a Lambda function."
  }
}

variable "connector_settings" {
  description = "The output connector_settings of infra/aws, or settings of the module symopsio/lambda-connector/aws: the role that may invoke the functions. May be null only without targets."
  type = object({
    cloud      = string
    region     = string
    role_arn   = string
    account_id = string
  })
  default = null

  validation {
    condition     = var.connector_settings == null || can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/sym/", var.connector_settings.role_arn))
    error_message = "connector_settings.role_arn is \"${try(var.connector_settings.role_arn, "")}\"; it must be the ARN of a role under the path /sym/, since Sym's runtime may assume no other role."
  }
}

variable "runtime_id" {
  description = "The id of an existing sym_runtime, such as module.runtime_connector.sym_runtime.id. Set runtime_id or runtime_settings."
  type        = string
  default     = null
}

variable "runtime_settings" {
  description = "The output runtime_settings of infra/aws, to make a sym_runtime: the role that Sym's account assumes, with the required external id. Set runtime_settings or runtime_id."
  type = object({
    cloud       = string
    region      = string
    role_arn    = string
    account_id  = string
    external_id = string
  })
  default = null
}

variable "slack_workspace_id" {
  description = "The id of the Slack workspace with Sym's app, such as T0123ABCD."
  type        = string

  validation {
    condition     = can(regex("^T[A-Z0-9]+$", var.slack_workspace_id))
    error_message = "slack_workspace_id is \"${var.slack_workspace_id}\"; set it to the workspace's id, which begins with T, not to its name."
  }
}

variable "approvals_channel" {
  description = "The Slack channel for requests. The channel's members can approve requests, but not their own."
  type        = string
  default     = "#access-requests"
  nullable    = false

  validation {
    condition     = can(regex("^(#[^\\s#]+|[CG][A-Z0-9]+)$", var.approvals_channel))
    error_message = "approvals_channel is \"${var.approvals_channel}\"; set it to a channel's name with a # before it, or to its id."
  }
}

variable "errors_channel" {
  description = "The Slack channel for errors, including the functions' errors."
  type        = string
  default     = "#sym-errors"
  nullable    = false

  validation {
    condition     = can(regex("^(#[^\\s#]+|[CG][A-Z0-9]+)$", var.errors_channel))
    error_message = "errors_channel is \"${var.errors_channel}\"; set it to a channel's name with a # before it, or to its id."
  }
}

variable "durations" {
  description = "The durations that people can choose: numbers with the suffix s, m, h, d or mo (30 days)."
  type        = list(string)
  default     = ["30m", "1h", "4h"]
  nullable    = false

  validation {
    condition     = length(var.durations) > 0 && alltrue([for duration in var.durations : can(regex("^[1-9][0-9]*(s|m|h|d|mo)$", duration))])
    error_message = "durations has ${jsonencode(var.durations)}; give at least one number with the suffix s, m, h, d or mo, such as 30m."
  }
}
