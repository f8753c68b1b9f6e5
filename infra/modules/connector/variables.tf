variable "environment" {
  description = "Name of the Sym environment, such as prod; the role becomes SymLambdaProd."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z][A-Za-z0-9_-]{0,31}$", var.environment))
    error_message = "An environment's name begins with a letter and has up to 32 letters, digits, - and _."
  }
}

variable "lambda_arns" {
  description = "ARNs of the functions that Sym may invoke. Sym may invoke no other function."
  type        = list(string)

  validation {
    condition     = length(var.lambda_arns) > 0 && alltrue([for arn in var.lambda_arns : can(regex("^arn:aws[a-z-]*:lambda:[a-z0-9-]+:[0-9]{12}:function:[A-Za-z0-9-_]+(:[A-Za-z0-9-_]+)?$", arn))])
    error_message = "lambda_arns has at least one ARN of a function, without a wildcard; IAM accepts no policy without a resource."
  }
}

variable "runtime_role_arns" {
  description = "ARNs of the roles of Sym's runtimes; each role must exist."
  type        = list(string)

  validation {
    condition     = length(var.runtime_role_arns) > 0 && alltrue([for arn in var.runtime_role_arns : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+$", arn))])
    error_message = "runtime_role_arns has at least one ARN of an IAM role, without a wildcard."
  }
}
