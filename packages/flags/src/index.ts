export { auditComment, isAuditComment } from "./audit-comment.ts";
export { contextKeyHint, contextKeyOf, contextKeyTemplate } from "./context-key.ts";
export { hostOf } from "./host.ts";
export { readTargetSettings } from "./target-settings.ts";
export { checkSwitch, checkToggle, readToggleRules, type ToggleRules } from "./toggle.ts";
export { toggleTargets } from "./toggle-targets.ts";
