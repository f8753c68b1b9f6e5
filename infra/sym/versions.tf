terraform {
  required_version = ">= 1.9"

  required_providers {
    sym = {
      source  = "symopsio/sym"
      version = "~> 3.6"
    }
  }
}

# Signs in with the bot token in SYM_JWT, or with the session of `symflow login`.
provider "sym" {
  org = var.org
}
