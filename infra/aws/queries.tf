# Saved queries of CloudWatch Logs Insights over the event lines of all functions. docs/event-line.schema.json describes the
# fields, and docs/operations.md the use.
locals {
  queries = {
    "who had access" = <<-EOT
      # Replace prod-admins by the name or the id of the resource. Begin the time range before the day by the longest
      # duration of a request, and end the time range with the day.
      filter step = "event" and outcome != "refused" and (resource like "prod-admins" or resource_id like "prod-admins")
      | fields coalesce(subject, subject_id) as who
      | stats sortsFirst(timestamp) as first_event, sortsLast(timestamp) as last_event, latest(outcome) as last_outcome,
          sortsLast(expires_at) as expected_end, sortsLast(requester) as by_request_of by who, resource_id, run_id
      | sort first_event asc
      | limit 1000
    EOT

    "what fails and why" = <<-EOT
      filter step = "event" and outcome in ["failed", "refused"]
      | stats count(*) as times, sortsFirst(timestamp) as first_time, sortsLast(timestamp) as last_time,
          latest(sentence) as last_sentence, latest(run_id) as last_run, latest(request_id) as last_request
          by system, event_type, outcome, reason, code, cause
      | sort times desc
    EOT

    "what one person had" = <<-EOT
      # Replace PERSON by the subject's id, such as AIDAEXAMPLEUSER; with audit_people, also by the e-mail or the account.
      filter step = "event" and (subject_id like "PERSON" or requester like "PERSON" or subject like "PERSON")
      | fields timestamp, event_type, outcome, resource, resource_id, expires_at, changed_by_others, still_has_access, run_id, sentence
      | sort timestamp asc
      | limit 1000
    EOT
  }
}

resource "aws_cloudwatch_query_definition" "this" {
  for_each = var.saved_queries && length(local.functions) > 0 ? local.queries : {}

  name            = "${var.name_prefix}/${each.key}"
  query_string    = each.value
  log_group_names = [for function in local.functions : function.log_group_name]
}
