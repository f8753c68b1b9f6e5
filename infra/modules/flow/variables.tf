variable "name_prefix" {
  description = "Prefix for the names of all resources, such as the prefix of infra/aws. The plan fails if another prefix would leave requests behind."
  type        = string
  default     = "sym"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,20}$", var.name_prefix))
    error_message = "name_prefix begins with a small letter and has up to 21 small letters, digits and hyphens."
  }
}

variable "function_arns" {
  description = "The output function_arns of infra/aws: the ARN of each deployed function by the name of its handler."
  type        = map(string)
  nullable    = false

  validation {
    condition     = alltrue([for arn in values(var.function_arns) : can(regex("^arn:aws[a-z-]*:lambda:[a-z0-9-]+:[0-9]{12}:function:[A-Za-z0-9_-]{1,64}(:[A-Za-z0-9_$-]{1,128})?$", arn))])
    error_message = "function_arns has ${join(", ", values(var.function_arns))}; each must be the ARN of a Lambda function."
  }
}

variable "targets" {
  description = "The rules of each target, by the key of the target. infra/flow/README.md describes the fields."
  type        = any
  nullable    = false

  validation {
    condition     = can([for key, target in var.targets : keys(target)])
    error_message = "targets must be a map from the key of each target to an object with the rules of the target."
  }
  validation {
    condition     = alltrue([for key in keys(var.targets) : can(regex("^[a-z0-9][a-z0-9_-]{0,63}$", key))])
    error_message = "targets has the keys ${join(", ", keys(var.targets))}; each must be 1 to 64 lower-case letters, digits, - or _, such as prod-admins."
  }
}

variable "allowed_principals" {
  description = "Patterns of the IAM principals who may ask and decide, with {email} at the place of the person's e-mail, such as arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Access_0123456789abcdef/{email}. A * in the name of a role trusts everyone who may create a role: packages/flow-functions/README.md says which principals are safe. May be empty with Slack: then nobody asks or decides by commands."
  type        = list(string)
  nullable    = false

  validation {
    condition     = alltrue([for pattern in var.allowed_principals : can(regex("^arn:aws[a-z-]*:(sts::[0-9]{12}:assumed-role/[^/{}]*[^/*{}][^/{}]*|iam::[0-9]{12}:user(/[^/{}]+)*)/\\{email\\}$", pattern))])
    error_message = "allowed_principals has ${join(", ", var.allowed_principals)}; each must be arn:aws:sts::<account>:assumed-role/<role>/{email}, with the name of a role, or arn:aws:iam::<account>:user/{email}."
  }
  validation {
    condition     = length(var.allowed_principals) > 0 || var.slack != null
    error_message = "allowed_principals is empty, and without the variable slack nobody could ask or decide. Name the principals, or set slack."
  }
}

variable "keep_days" {
  description = "The table keeps a request for this number of days after its end. The records hold personal data: e-mails and reasons."
  type        = number
  default     = 400
  nullable    = false

  validation {
    condition     = var.keep_days == floor(var.keep_days) && var.keep_days >= 1 && var.keep_days <= 99999
    error_message = "keep_days is ${var.keep_days}; it must be a whole number of days from 1 to 99999."
  }
}

variable "log_retention_days" {
  description = "Retention of the functions' logs in CloudWatch, in days; 0 keeps the logs for ever. The logs hold ids of requests, and no personal data."
  type        = number
  default     = 90
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
  description = "Whether AWS refuses to delete the table of requests. Before you destroy everything, set deletion_protection to false and apply."
  type        = bool
  default     = true
  nullable    = false
}
