import { execFileSync } from "node:child_process";
import { chownSync, existsSync, globSync, mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { freePort } from "../kernel/loopback.ts";
import { startProgram, until } from "../kernel/program.ts";
import { fetchProgram } from "./fetch-program.ts";

/** An empty PostgreSQL database. `env`: the variables with which Unleash finds the database. */
export type Database = { env: Record<string, string>; close(): Promise<void> };

const pglite = {
  name: "@electric-sql/pglite-socket",
  version: "0.2.17",
  beside: ["@electric-sql/pglite@0.5.14"],
};

/** Starts an installed PostgreSQL, or else PGlite, which npm can fetch. */
export async function startDatabase(): Promise<Database> {
  const programs = findPostgres();
  return programs === undefined ? startPglite() : startPostgres(programs);
}

/** The folder with `initdb` and `postgres`: by `pg_config`, or at Debian's and Homebrew's paths; the newest version. */
function findPostgres(): string | undefined {
  const folders = [
    ...globSync("/usr/lib/postgresql/*/bin"),
    ...globSync("/{opt/homebrew,usr/local}/opt/postgresql*/bin"),
  ].sort((a, b) => b.localeCompare(a, "en", { numeric: true }));
  try {
    folders.unshift(execFileSync("pg_config", ["--bindir"], { encoding: "utf8", stdio: "pipe" }).trim());
  } catch {
    // PostgreSQL is not installed, or lacks its developer tools.
  }
  return folders.find((folder) =>
    ["initdb", "postgres"].every((name) => existsSync(path.join(folder, name))),
  );
}

async function startPostgres(programs: string): Promise<Database> {
  const folder = mkdtempSync(path.join(tmpdir(), "unleash-database-"));
  const user = ordinaryUser();
  if (user) chownSync(folder, user.uid, user.gid);
  const data = path.join(folder, "data");
  const options = ["-D", data, "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8"];
  execFileSync(path.join(programs, "initdb"), options, { cwd: folder, stdio: "pipe", ...user });
  const port = await freePort();
  const settings = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off"];
  const server = startProgram(
    path.join(programs, "postgres"),
    ["-D", data, "-p", String(port), ...settings.flatMap((setting) => ["-c", setting])],
    { cwd: folder, ...user, stopSignal: "SIGQUIT" }, // SIGKILL would leave its own children.
  );
  await until(() => canConnect(port), server, "PostgreSQL does not start");
  return {
    env: environment(port),
    close: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** PostgreSQL refuses to run as root. */
function ordinaryUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = (option: string) => Number(execFileSync("id", [option, "nobody"], { encoding: "utf8" }));
  return { uid: idOf("-u"), gid: idOf("-g") };
}

async function startPglite(): Promise<Database> {
  const folder = await fetchProgram(pglite);
  const port = await freePort();
  const script = path.join(folder, "node_modules", pglite.name, "dist", "scripts", "server.js");
  const args = [script, "--db=memory://", `--port=${port}`, "--host=127.0.0.1", "--max-connections=20"];
  const server = startProgram(process.execPath, args, {});
  await until(() => canConnect(port), server, "PGlite does not start");
  return { env: environment(port), close: server.stop };
}

function environment(port: number): Record<string, string> {
  return {
    DATABASE_HOST: "127.0.0.1",
    DATABASE_PORT: String(port),
    DATABASE_USERNAME: "postgres",
    DATABASE_PASSWORD: "none",
    DATABASE_NAME: "postgres",
    DATABASE_SSL: "false",
  };
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("connect", () => socket.end(() => resolve(true)));
    socket.on("error", () => resolve(false));
  });
}
