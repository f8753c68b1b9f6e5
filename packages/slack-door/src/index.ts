// The door of Slack: commands, forms and clicks of people in Slack, behind a route of the flow's API.
export { slack } from "./slack.ts";
