import type { Sandbox } from "@sym/stand-ins/sandbox";
import type { Variables } from "../deployment.ts";
import { terraformName } from "../handlers.ts";
import type { Story } from "./story.ts";

/** The variables of `infra/aws` that deploy all handlers, each with its story's resources. */
export function variablesOf(stories: Story[], sandbox: Sandbox): Variables {
  return {
    region: "us-east-1",
    deletion_protection: false,
    ...Object.fromEntries(stories.map((story) => [terraformName(story.handler), story.variable(sandbox)])),
  };
}
