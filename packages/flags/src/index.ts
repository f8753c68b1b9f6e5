export { auditComment } from "./audit-comment.ts";
export { contextKeyHint, contextKeyOf, contextKeyTemplate } from "./context-key.ts";
export { readTargetSettings } from "./target-settings.ts";
export { checkToggle, readToggleRules, type ToggleRules } from "./toggle.ts";
export { checkVariation } from "./variation.ts";
