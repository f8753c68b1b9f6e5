mock_provider "aws" {
  source = "./mocks"
}

run "a_store_can_have_a_longer_id" {
  command = plan
  module {
    source = "../aws"
  }
  variables {
    identity_center_group = {
      identity_store_arn = "arn:aws:identitystore::111122223333:identitystore/90671c2f-4001-7000-8000-00000000000b"
      group_ids          = ["90671c2f-4001-7000-8000-00000000000a"]
    }
  }

  assert {
    condition     = jsondecode(local.identity_center_group_policy).Statement[0].Resource[0] == var.identity_center_group.identity_store_arn
    error_message = "The policy reaches another store."
  }
}

run "the_region_goes_to_the_function" {
  module {
    source = "../aws"
  }
  variables {
    identity_center_group = {
      identity_store_arn = "arn:aws:identitystore::111122223333:identitystore/d-1234567890"
      group_ids          = ["90671c2f-4001-7000-8000-00000000000a"]
      region             = "eu-central-1"
    }
  }

  assert {
    condition     = module.identity_center_group[0].environment["IDENTITY_CENTER_REGION"] == "eu-central-1"
    error_message = "IDENTITY_CENTER_REGION is not what was given."
  }
}

run "a_handler_that_could_change_nothing_is_refused" {
  command = plan
  module {
    source = "../aws"
  }
  variables {
    identity_center_group = {}
  }
  expect_failures = [var.identity_center_group]
}

run "a_groups_name_is_no_id" {
  command = plan
  module {
    source = "../aws"
  }
  variables {
    identity_center_group = {
      identity_store_arn = "arn:aws:identitystore::111122223333:identitystore/d-1234567890"
      group_ids          = ["Administrators"]
    }
  }
  expect_failures = [var.identity_center_group]
}

run "groups_need_their_store" {
  command = plan
  module {
    source = "../aws"
  }
  variables {
    identity_center_group = { group_ids = ["90671c2f-4001-7000-8000-00000000000a"] }
  }
  expect_failures = [var.identity_center_group]
}

run "a_key_is_one_key_by_its_arn" {
  command = plan
  module {
    source = "../aws"
  }
  variables {
    identity_center_group = {
      identity_store_arn = "arn:aws:identitystore::111122223333:identitystore/d-1234567890"
      group_ids          = ["90671c2f-4001-7000-8000-00000000000a"]
      kms_key_arn        = "*"
    }
  }
  expect_failures = [var.identity_center_group]
}

run "a_region_of_another_partition_is_accepted" {
  command = plan
  module {
    source = "../aws"
  }
  variables {
    identity_center_group = {
      identity_store_arn = "arn:aws-eusc:identitystore::111122223333:identitystore/d-1234567890"
      group_ids          = ["90671c2f-4001-7000-8000-00000000000a"]
      region             = "eusc-de-east-1"
    }
  }

  assert {
    condition     = local.identity_center_group.region == "eusc-de-east-1"
    error_message = "The function does not get the region that was given."
  }
}

run "a_regions_name_is_no_region" {
  command = plan
  module {
    source = "../aws"
  }
  variables {
    identity_center_group = {
      identity_store_arn = "arn:aws:identitystore::111122223333:identitystore/d-1234567890"
      group_ids          = ["90671c2f-4001-7000-8000-00000000000a"]
      region             = "Frankfurt"
    }
  }
  expect_failures = [var.identity_center_group]
}
