import { execFileSync } from "node:child_process";
import { findMoto } from "@sym/stand-ins/moto";
import { expect, test } from "vitest";
import { declaredErrors } from "./declared-errors.test-support.ts";

// Another version of botocore can declare less. moto brings botocore along, and botocore brings the models of the services.
const python = findMoto();
const program = `
import json, sys
from botocore.session import Session
session = Session()
found = {}
for service, calls in json.load(sys.stdin).items():
    model = session.get_service_model(service)
    found[service] = {
        call: [shape.metadata.get("error", {}).get("code", shape.name)
               for shape in model.operation_model(call).error_shapes]
        for call in calls
    }
print(json.dumps(found))
`;

test.runIf(python)("the errors that are played are those of botocore's service models", () => {
  const input = JSON.stringify(declaredErrors);
  const found = JSON.parse(execFileSync(String(python), ["-c", program], { input, encoding: "utf8" }));
  for (const [service, calls] of Object.entries(declaredErrors))
    for (const [call, errors] of Object.entries(calls))
      expect(errors, `${service}:${call}`).toEqual(expect.arrayContaining(found[service][call]));
});
