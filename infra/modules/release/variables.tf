variable "release" {
  description = <<-EOT
    Takes the zips from a release, in place of the build in a clone.
    folder: the folder with the release's files, as downloaded and verified. Terraform reads manifest.json, and the zips unless s3_bucket is set.
    s3_bucket, s3_prefix: the bucket with the zips, in the functions' region, and the prefix of their keys, such as v0.1.0/.
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

variable "build" {
  description = "Path of a zip that `npm run build` makes, with {name} at the place of the bundle's name. The zips of a release replace these zips."
  type        = string
  default     = null
}
