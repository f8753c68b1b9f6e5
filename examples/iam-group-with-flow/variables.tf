variable "region" {
  description = "AWS region of the functions and their tables."
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

variable "requesters" {
  description = "E-mails of the people who may ask for the group. Each e-mail is also the name of an IAM user."
  type        = list(string)
}

variable "approvers" {
  description = "E-mails of the people who may approve. Nobody approves an own request."
  type        = list(string)
}

variable "allowed_principals" {
  description = "Patterns of the IAM principals of these people, with {email} at the place of the person's e-mail."
  type        = list(string)
}

variable "alarm_topic_arn" {
  description = "SNS topic for alarms; without a topic, alarms appear only in CloudWatch."
  type        = string
  default     = null
}

variable "deletion_protection" {
  description = "Whether AWS refuses to delete the tables of leases and requests."
  type        = bool
  default     = true
}
