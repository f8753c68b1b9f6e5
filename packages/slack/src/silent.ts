import { type Logger, LogLevel } from "@slack/web-api";

/** A logger for Slack's libraries, whose logs hold signatures, e-mails and reasons. */
export const silent: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  setLevel: () => undefined,
  getLevel: () => LogLevel.ERROR,
  setName: () => undefined,
};
