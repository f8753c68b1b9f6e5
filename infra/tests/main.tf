# Tests of infra/aws without AWS: `terraform -chdir=infra/tests init`, then `terraform -chdir=infra/tests test`. They have a
# folder of their own, because Terraform gives tests in infra/aws the values of the terraform.tfvars that you keep there.
terraform {
  required_version = ">= 1.9"
}
