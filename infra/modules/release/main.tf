locals {
  release_fields = { folder = null, s3_bucket = null, s3_prefix = "" }
  release        = merge(local.release_fields, try({ for name, value in var.release : name => value if value != null }, {}))
}
