import { once } from "node:events";
import { connect } from "node:net";
import { startMoto } from "@sym/stand-ins/moto";
import { expect, test } from "vitest";
import { findTools } from "./tools.ts";

const tools = findTools();

test.runIf(tools)("moto answers other callers beside a silent connection", async () => {
  const moto = await startMoto(tools?.python ?? "");
  const { hostname: host, port } = new URL(moto.url);
  const silent = connect({ host, port: Number(port) });
  try {
    await once(silent, "connect");
    const { status } = await fetch(moto.url);
    expect(status).toBe(200);
  } finally {
    silent.destroy();
    await moto.close();
  }
});
