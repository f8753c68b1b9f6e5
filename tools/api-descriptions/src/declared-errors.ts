import type { AwsErrorKind } from "@sym/stand-ins/kernel/faults";
import { descriptionOf } from "./description.ts";

/** The errors declared for an operation by AWS's model, each as a fault for the stand-ins. */
export function declaredErrors(service: string, operation: string): AwsErrorKind[] {
  const { errors } = descriptionOf(service).operations[operation] ?? {};
  if (!errors) throw new Error(`There is no description of ${service} ${operation}: see operations.json`);
  return Object.entries(errors).map(([code, { status }]): AwsErrorKind => `${status} ${code}`);
}
