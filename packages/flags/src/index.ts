export { auditComment, isAuditComment } from "./audit-comment.ts";
export { contextKeyHint, contextKeyOf, contextKeyTemplate } from "./context-key.ts";
export { type FlagRules, readFlagRules } from "./flag-rules.ts";
export { hostOf } from "./host.ts";
export {
  checkSwitch,
  checkToggle,
  forAllUsers,
  type Place,
  readToggleRules,
  type ToggleRules,
} from "./toggle.ts";
export { toggleTargets } from "./toggle-targets.ts";
