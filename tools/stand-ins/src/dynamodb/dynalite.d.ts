// dynalite has no types of its own; this file declares only the parts in use. Source: its README, 4.0.0.
declare module "dynalite" {
  import type { Server } from "node:http";

  /** Delays of creating, deleting and updating a table, in milliseconds. */
  type Options = { createTableMs?: number; deleteTableMs?: number; updateTableMs?: number };

  function dynalite(options?: Options): Server;
  export = dynalite;
}
