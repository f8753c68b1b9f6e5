output "zip" {
  description = "Path of a zip, with {name} at the place of the bundle's name."
  value       = local.release.folder == null ? var.build : "${local.release.folder}/{name}.zip"
}

output "s3" {
  description = "The zips in S3, by the names of their files, each as the variable s3 of modules/handler; none without a bucket."
  value = local.release.s3_bucket == null ? {} : {
    for file in jsondecode(file("${local.release.folder}/manifest.json")).files : file.name => {
      bucket           = local.release.s3_bucket
      key              = "${local.release.s3_prefix}${file.name}"
      source_code_hash = file.source_code_hash
    } if can(file.source_code_hash)
  }
}
