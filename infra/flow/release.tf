# Where the zips come from: this clone's build, or a release. docs/release.md has the commands.
variable "release" {
  description = <<-EOT
    Takes the zips from a release, in place of this clone's build.
    folder: the folder with the release's files, as downloaded and verified. Terraform reads manifest.json, and the zips unless s3_bucket is set.
    s3_bucket, s3_prefix: the bucket with the zips, in this region, and the prefix of their keys, such as v0.1.0/.
  EOT
  type        = any # Not object(): infra/README.md, "Unknown fields", says why.
  default     = null

  validation {
    condition     = try(length(setsubtract(keys(var.release), keys(local.release_fields))) == 0, var.release == null)
    error_message = "release has ${try(join(", ", setsubtract(keys(var.release), keys(local.release_fields))), jsonencode(var.release))}; its fields are ${join(", ", keys(local.release_fields))}."
  }
  validation {
    condition     = var.release == null || can(jsondecode(file("${var.release.folder}/manifest.json")).files[0].name)
    error_message = "release.folder is ${jsonencode(try(var.release.folder, null))}; it must be the folder of a release, with its manifest.json: docs/release.md."
  }
}

locals {
  release_fields = { folder = null, s3_bucket = null, s3_prefix = "" }
  release        = merge(local.release_fields, try({ for name, value in var.release : name => value if value != null }, {}))

  # The path of a zip, with {name} at the place of the bundle's name.
  zip = local.release.folder == null ? "${path.module}/../../packages/{name}/dist/{name}.zip" : "${local.release.folder}/{name}.zip"

  # The zips in S3, by the names of their files; none without a bucket.
  s3 = local.release.s3_bucket == null ? {} : {
    for file in jsondecode(file("${local.release.folder}/manifest.json")).files : file.name => {
      bucket           = local.release.s3_bucket
      key              = "${local.release.s3_prefix}${file.name}"
      source_code_hash = file.source_code_hash
    } if can(file.source_code_hash)
  }
}
