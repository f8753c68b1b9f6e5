variable "release" {
  description = "Takes the zips from a release: docs/release.md has the commands, and modules/release the fields. Null takes the zips of the build in the clone with this module."
  type        = any
  default     = null
}

module "release" {
  source = "../release"

  release = var.release
  build   = "${path.module}/../../../packages/{name}/dist/{name}.zip"
}

locals {
  zip = module.release.zip
  s3  = module.release.s3
}
