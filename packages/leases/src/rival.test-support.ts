// A process that competes for the versions of a lease. After the start signal, the process tries to write each
// version, and goes on when any process has written the version. Prints the versions that this process wrote.
import { once } from "node:events";
import { connectTo } from "@sym/stand-ins/dynamodb";
import { dynamoDbStore } from "./dynamodb-store.ts";
import { someLease } from "./some-lease.test-support.ts";

const [url = "", table = "", name = "", versions = ""] = process.argv.slice(2);
const store = dynamoDbStore(table, connectTo(url));
const { key } = someLease();
await store.read(key); // Opens the connection, so that all processes start at the same time.
process.stdout.write("ready\n");
await once(process.stdin, "data");

const won: number[] = [];
for (let version = 1; version <= Number(versions); version += 1) {
  if ((await store.write(someLease({ version, writeId: name }))).won) won.push(version);
  while (((await store.read(key))?.version ?? 0) < version);
}
process.stdout.write(JSON.stringify(won));
process.exit();
