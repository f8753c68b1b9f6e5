terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7.0"
    }
    sym = {
      source  = "symopsio/sym"
      version = "~> 3.6"
    }
  }
}

provider "aws" {
  region = var.region
}

# Signs in with the bot token in SYM_JWT, or with the session of `symflow login`.
provider "sym" {
  org = var.org
}
