output "flows" {
  description = "Names of the flows that people can start with `/sym req`."
  value       = concat(sym_flow.access[*].name, local.own_flows[*].name)
}

output "targets" {
  description = "Id of each sym_target by its name."
  value       = { for target in concat(local.targets, flatten(local.own_flows[*].targets)) : target.name => target.id }

  # The check is in an output, because a resource that refers to all handlers would depend on itself.
  precondition {
    condition     = length(setsubtract(keys(var.function_arns), local.handlers[*].handler)) == 0
    error_message = "function_arns has ${join(", ", keys(var.function_arns))}; its keys can be ${join(", ", local.handlers[*].handler)}."
  }
}

output "environment_id" {
  description = "Id of the sym_environment, for your own flows."
  value       = sym_environment.this.id
}
