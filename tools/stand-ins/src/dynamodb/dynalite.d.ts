// dynalite comes without types; these are the parts that are used. Source: its README, 4.0.0.
declare module "dynalite" {
  import type { Server } from "node:http";

  /** How long a table takes to become what was asked for, in milliseconds. */
  type Options = { createTableMs?: number; deleteTableMs?: number; updateTableMs?: number };

  function dynalite(options?: Options): Server;
  export = dynalite;
}
