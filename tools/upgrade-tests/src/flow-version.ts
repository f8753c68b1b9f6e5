import { fileURLToPath } from "node:url";
import { type FlowDefinition, readDefinition } from "@sym/console/engine";
import { findBundle } from "@sym/local-lambda/handler-bundles";

/** A version of the flow and of the handler iam-group: the bundles, and the definition of the state machine. */
export type FlowVersion = { functions: string; door: string; handler: string; definition: FlowDefinition };

/** The version of the present sources, as built. */
export function presentFlow(): FlowVersion {
  const bundleOf = (name: string) =>
    fileURLToPath(new URL(`../../../packages/${name}/dist/index.cjs`, import.meta.url));
  return {
    functions: bundleOf("flow-functions"),
    door: bundleOf("slack-door"),
    handler: findBundle("iam-group"),
    definition: readDefinition(),
  };
}
