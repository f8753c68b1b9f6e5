variable "region" {
  description = "AWS region of the function and its table of leases."
  type        = string
}

variable "release" {
  description = "The release: folder, with the downloaded and verified files; for zips in S3 also s3_bucket and s3_prefix."
  type        = any # modules/release checks the fields.
}

variable "group_name" {
  description = "The IAM group that people can request."
  type        = string
}

variable "org" {
  description = "The slug of your organisation at Sym."
  type        = string
}

variable "runtime_id" {
  description = "The id of your sym_runtime."
  type        = string
}

variable "runtime_role_arn" {
  description = "ARN of the role of your sym_runtime. This role may invoke the function."
  type        = string
}

variable "slack_workspace_id" {
  description = "The id of the Slack workspace with Sym's app, such as T0123ABCD."
  type        = string
}

variable "alarm_topic_arn" {
  description = "SNS topic for alarms; without a topic, alarms appear only in CloudWatch."
  type        = string
  default     = null
}

variable "deletion_protection" {
  description = "Whether AWS refuses to delete the table of leases."
  type        = bool
  default     = true
}
