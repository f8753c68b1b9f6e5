# Kept whatever handlers come and go: it says who still holds what.
module "leases" {
  source = "../modules/leases"

  name                = "${var.name_prefix}-leases"
  deletion_protection = var.deletion_protection
}
