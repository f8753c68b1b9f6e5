mock_provider "aws" {}

variables {
  name = "sym-leases"
}

run "the_table_is_kept_and_can_be_restored" {
  assert {
    condition     = aws_dynamodb_table.this.deletion_protection_enabled && aws_dynamodb_table.this.point_in_time_recovery[0].enabled
    error_message = "Leases can be lost."
  }
  assert {
    condition     = aws_dynamodb_table.this.billing_mode == "PAY_PER_REQUEST"
    error_message = "The table costs something while nobody asks."
  }
}

run "another_name_makes_no_other_table" {
  variables {
    name = "acme-leases"
  }
  assert {
    condition     = output.table_name == "sym-leases"
    error_message = "The leases are left behind in the table with the old name."
  }
}
