import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { FlowDefinition } from "@sym/console/engine";

const infra = fileURLToPath(new URL("../../../infra", import.meta.url));

/** The state machine, in whichever folder of infra. */
const definitionName = "definition.asl.json";

/** The definition of the state machine in the present sources. */
export function presentDefinition(): FlowDefinition {
  const [file, ...others] = readdirSync(infra, { recursive: true, encoding: "utf8" }).filter(
    (name) => name.endsWith(definitionName) && !name.includes(".terraform"),
  );
  if (file === undefined || others.length > 0) throw new Error(`infra must have one ${definitionName}`);
  return JSON.parse(readFileSync(join(infra, file), "utf8"));
}
