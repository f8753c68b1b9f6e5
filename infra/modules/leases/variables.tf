variable "name" {
  description = "Name of the table, such as sym-leases."
  type        = string
}

variable "deletion_protection" {
  description = "Whether AWS refuses to delete the table. Without its leases, nobody's access can be ended any more."
  type        = bool
  default     = true
}
