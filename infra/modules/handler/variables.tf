variable "name" {
  description = "Name of the function, its role and its log group, such as sym-iam-group."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9-]{1,50}$", var.name))
    error_message = "A function's name has 1 to 50 letters, digits and hyphens, so that the names derived from the function's name fit, too."
  }
}

variable "zip" {
  description = "Path of the handler's zip, made by `npm run build`, or from a release. Not read if s3 is set."
  type        = string
  default     = null
}

variable "s3" {
  description = "The handler's zip in S3, in the function's region, in place of a file. source_code_hash is the zip's SHA-256 in base64, as manifest.json of a release has it: Lambda takes the zip anew when the hash changes."
  type = object({
    bucket           = string
    key              = string
    object_version   = optional(string)
    source_code_hash = string
  })
  default = null

  validation {
    condition     = var.s3 == null || can(regex("^[A-Za-z0-9+/]{43}=$", var.s3.source_code_hash))
    error_message = "s3.source_code_hash is ${try(var.s3.source_code_hash, "null")}; it must be a SHA-256 in base64, such as the source_code_hash of the zip in manifest.json, and not in hexadecimal."
  }
}

variable "runtime" {
  description = "Lambda runtime. Provider 5.x accepts no newer runtime than nodejs22.x."
  type        = string
  default     = "nodejs22.x"
}

variable "policy" {
  description = "IAM policy, as JSON, with the function's permissions on its target system. The module adds the permissions for leases and logs."
  type        = string
}

variable "environment" {
  description = "Environment variables of the function, as listed in its README. The module adds the variables named below."
  type        = map(string)
  default     = {}
}

variable "allowed_settings" {
  description = "The values that people may choose in the prompt, by setting. Sets ALLOWED_SETTINGS."
  type        = map(list(string))
  default     = {}
}

variable "identity_rule" {
  description = "The rule that maps the requester's e-mail to an account; the handler's README lists the rules. Sets IDENTITY_RULE."
  type        = string
  default     = null
}

variable "identity_domains" {
  description = "The domains in which no two people share a local part. Sets IDENTITY_DOMAINS."
  type        = list(string)
  default     = []
}

variable "identity_map" {
  description = "For the rule map, the account of each e-mail. Sets IDENTITY_MAP."
  type        = map(string)
  default     = {}
}

variable "identity_suffix" {
  description = "For the rule suffix, the text after the local part and an underscore. Sets IDENTITY_SUFFIX."
  type        = string
  default     = null
}

variable "leases_table_arn" {
  description = "ARN of the leases table of another function that changes the same access, in this account and region. Null makes a table for this function alone, with the function's name and the suffix -leases."
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
  description = "Reserved concurrency: the limit of concurrent events, or -1 for no own limit. 0 stops the function."
  type        = number
  default     = -1
}

variable "log_retention_days" {
  description = "Retention of the function's log in CloudWatch, in days; 0 keeps the log for ever. With audit_people, the retention of personal data."
  type        = number
  default     = 90
}

variable "audit_people" {
  description = "Whether the log names people: the requester's e-mail, the account's name, and whole sentences. Otherwise the log has the immutable ids. Sets AUDIT_PEOPLE."
  type        = bool
  default     = false
  nullable    = false
}

variable "sweep_minutes" {
  description = "Period of the sweep, in minutes. Access whose deescalate failed lasts about one period longer."
  type        = number
  default     = 5

  validation {
    condition     = var.sweep_minutes == floor(var.sweep_minutes) && var.sweep_minutes >= 2 && var.sweep_minutes <= 60
    error_message = "The sweep runs every 2 to 60 minutes, in whole minutes."
  }
}

variable "alarm_topic_arn" {
  description = "SNS topic for the start and end of alarms, or null for alarms in CloudWatch only."
  type        = string
  default     = null
}
