import { createLeasedHandler } from "@sym/leases";
import { doorBadge } from "./door-badge.ts";

export const handler = createLeasedHandler("door-badge", () => doorBadge(process.env));
