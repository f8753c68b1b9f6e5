variable "release" {
  description = "Takes the zips from a release, in place of this clone's build: docs/release.md has the commands, and modules/release the fields."
  type        = any
  default     = null
}

module "release" {
  source = "../modules/release"

  release = var.release
  build   = "${path.module}/../../handlers/{name}/dist/{name}.zip"
}

locals {
  zip = module.release.zip
  s3  = module.release.s3
}
