output "flows" {
  description = "Names of the flows that people can start, as in `/sym req`."
  value       = concat(sym_flow.access[*].name, sym_flow.iam_group_choice[*].name)
}

output "targets" {
  description = "Id of each sym_target by its name."
  value = { for target in concat(
    values(sym_target.iam_group),
    values(sym_target.identity_center_group),
    values(sym_target.github_team),
    values(sym_target.feature_flag),
    sym_target.iam_group_choice,
  ) : target.name => target.id }
}

output "environment_id" {
  description = "Id of the sym_environment, for flows of your own."
  value       = sym_environment.this.id
}
