variable "name" {
  description = "Name of the function, its role and its log group, such as sym-iam-group."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9-]{1,50}$", var.name))
    error_message = "A function's name has 1 to 50 letters, digits and hyphens, so that the names made from it fit too."
  }
}

variable "zip" {
  description = "Path of the zip that `npm run build` made of the handler."
  type        = string
}

variable "runtime" {
  description = "Lambda runtime. Provider 5.x knows none newer than nodejs22.x."
  type        = string
  default     = "nodejs22.x"
}

variable "policy" {
  description = "IAM policy, as JSON, of what the function may do to its target system. Leases and logs are added here."
  type        = string
}

variable "environment" {
  description = "Environment variables of the function, as its README lists them; those of the variables below are added."
  type        = map(string)
  default     = {}
}

variable "allowed_settings" {
  description = "The values that people may choose in the prompt, by the name of the setting: the function's ALLOWED_SETTINGS."
  type        = map(list(string))
  default     = {}
}

variable "identity_rule" {
  description = "How the requester's e-mail becomes an account, as the handler's README lists the rules: IDENTITY_RULE."
  type        = string
  default     = null
}

variable "identity_domains" {
  description = "The domains of which no two people share a local part: IDENTITY_DOMAINS."
  type        = list(string)
  default     = []
}

variable "identity_map" {
  description = "The account of each e-mail, for the rule map: IDENTITY_MAP."
  type        = map(string)
  default     = {}
}

variable "identity_suffix" {
  description = "What follows the local part and an underscore, for the rule suffix: IDENTITY_SUFFIX."
  type        = string
  default     = null
}

variable "leases_table_arn" {
  description = "ARN of the leases table of another function that changes the same access, in this account and region. Null makes a table for this function alone, named after it with -leases."
  type        = string
  default     = null

  validation {
    condition     = var.leases_table_arn == null || can(regex("^arn:aws[a-z-]*:dynamodb:[a-z0-9-]+:[0-9]{12}:table/[A-Za-z0-9_.-]{3,255}$", var.leases_table_arn))
    error_message = "leases_table_arn is ${jsonencode(var.leases_table_arn)}. It must be the ARN of one DynamoDB table, without a wildcard."
  }
}

variable "deletion_protection" {
  description = "Whether AWS refuses to delete the function's own table of leases."
  type        = bool
  default     = true
}

variable "reserved_concurrency" {
  description = "How many events the function handles at once, or -1 for no limit of its own. 0 stops it."
  type        = number
  default     = -1
}

variable "log_retention_days" {
  description = "How long CloudWatch keeps the function's log."
  type        = number
  default     = 90
}

variable "sweep_minutes" {
  description = "How often the sweep runs. An access whose deescalate failed lasts about this much longer."
  type        = number
  default     = 5

  validation {
    condition     = var.sweep_minutes == floor(var.sweep_minutes) && var.sweep_minutes >= 2 && var.sweep_minutes <= 60
    error_message = "The sweep runs every 2 to 60 minutes, in whole minutes."
  }
}

variable "alarm_topic_arn" {
  description = "SNS topic that is told when an alarm starts and ends, or null for alarms that are only seen in CloudWatch."
  type        = string
  default     = null
}
