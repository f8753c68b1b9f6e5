variable "region" {
  description = "AWS region of the functions and their tables of leases (default: the region in the AWS provider's environment). The plan fails if another region would leave leases behind."
  type        = string
  default     = null
}

variable "name_prefix" {
  description = "Prefix for the names of functions, tables of leases, roles and alarms; Sym's roles are named after environment. The plan fails if another prefix would leave leases behind."
  type        = string
  default     = "sym"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,20}$", var.name_prefix))
    error_message = "name_prefix begins with a small letter and has up to 21 small letters, digits and hyphens."
  }
}

variable "tags" {
  description = "Tags of all resources."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "environment" {
  description = "Name of the Sym environment; the connector's role is named SymLambda with this name as suffix."
  type        = string
  default     = "prod"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z][A-Za-z0-9_-]{0,31}$", var.environment))
    error_message = "environment begins with a letter and has up to 32 letters, digits, - and _."
  }
}

variable "runtime_role_arns" {
  description = "Roles of existing Sym runtimes that may invoke the functions."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for arn in var.runtime_role_arns : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+$", arn))])
    error_message = "Each of runtime_role_arns is the ARN of one IAM role, without a wildcard."
  }
}

variable "runtime_external_id" {
  description = "Makes a role for your own Sym runtime, which Sym assumes with this external id: any UUID that you generate."
  type        = string
  default     = null

  validation {
    condition     = var.runtime_external_id == null || can(regex("^[\\w+=,.@:/-]{16,200}$", var.runtime_external_id))
    error_message = "runtime_external_id has 16 to 200 letters, digits and any of _+=,.@:/-, such as a UUID."
  }
}

variable "runtime" {
  description = "Lambda runtime of the functions. AWS provider 5.x accepts no newer runtime than nodejs22.x."
  type        = string
  default     = "nodejs22.x"
  nullable    = false
}

variable "log_retention_days" {
  description = "Retention of the functions' logs in CloudWatch, in days; 0 keeps the logs for ever. For functions with audit_people, the retention of personal data."
  type        = number
  default     = 90
  nullable    = false
}

variable "saved_queries" {
  description = "Whether CloudWatch Logs Insights gets the saved queries over the functions' logs. A saved query costs nothing; AWS charges for the scanned logs of each run of a query."
  type        = bool
  default     = true
  nullable    = false
}

variable "alarm_topic_arn" {
  description = "SNS topic for alarms; without a topic, alarms appear only in CloudWatch."
  type        = string
  default     = null

  validation {
    condition     = var.alarm_topic_arn == null || can(regex("^arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]+$", var.alarm_topic_arn))
    error_message = "alarm_topic_arn is the ARN of an SNS topic, not its name."
  }
}

variable "deletion_protection" {
  description = "Whether AWS refuses to delete the tables of leases. Before you remove a handler or destroy everything, set deletion_protection to false and apply."
  type        = bool
  default     = true
  nullable    = false
}
