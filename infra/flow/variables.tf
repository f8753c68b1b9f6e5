# modules/flow checks the values, and has the defaults. A variable that is null or not set has its default there.

variable "region" {
  description = "AWS region of the flow (default: the region in the AWS provider's environment). The plan fails if another region would leave requests behind."
  type        = string
  default     = null
}

variable "tags" {
  description = "Tags of all resources."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "name_prefix" {
  description = "Prefix for the names of all resources, such as the prefix of infra/aws (default: sym). The plan fails if another prefix would leave requests behind."
  type        = string
  default     = null
}

variable "release" {
  description = "Takes the zips from a release, in place of this clone's build: docs/release.md has the commands, and modules/release the fields."
  type        = any
  default     = null
}

variable "function_arns" {
  description = "The output function_arns of infra/aws: the ARN of each deployed function by the name of its handler."
  type        = map(string)
}

variable "targets" {
  description = "The rules of each target, by the key of the target. README.md describes the fields."
  type        = any
}

variable "allowed_principals" {
  description = "Patterns of the IAM principals who may ask and decide, with {email} at the place of the person's e-mail. README.md has an example, and packages/flow-functions/README.md says which principals are safe."
  type        = list(string)
}

variable "slack" {
  description = "Lets people ask and decide in Slack. README.md, \"Slack\", has the steps, and modules/flow/slack.tf the fields."
  type        = any
  default     = null
}

variable "keep_days" {
  description = "The table keeps a request for this number of days after its end (default: 400). The records hold personal data: e-mails and reasons."
  type        = number
  default     = null
}

variable "log_retention_days" {
  description = "Retention of the functions' logs in CloudWatch, in days (default: 90); 0 keeps the logs for ever."
  type        = number
  default     = null
}

variable "alarm_topic_arn" {
  description = "SNS topic for alarms; without a topic, alarms appear only in CloudWatch."
  type        = string
  default     = null
}

variable "deletion_protection" {
  description = "Whether AWS refuses to delete the table of requests (default: true). Before you destroy everything, set deletion_protection to false and apply."
  type        = bool
  default     = null
}
