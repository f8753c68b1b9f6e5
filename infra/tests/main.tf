# Tests of infra/aws without AWS: `terraform -chdir=infra/tests init`, then `terraform -chdir=infra/tests test`. The
# tests have their own folder, because Terraform would give tests in infra/aws the values of your terraform.tfvars
# there.
terraform {
  required_version = ">= 1.9"
}
