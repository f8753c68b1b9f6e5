// The same handler against moto, as far as moto equals AWS: moto raises NoSuchEntity for the removal of a user who is no
// member, as some implementations of the API do, and has no quota, no paging and no case rules.
import { CreateGroupCommand, CreateUserCommand, GetGroupCommand, IAMClient } from "@aws-sdk/client-iam";
import { startLocalLambda } from "@sym/local-lambda/local-lambda";
import { findMoto, startMoto } from "@sym/stand-ins/moto";
import { testPayload } from "@sym/test-payloads/payloads";
import { expect, test } from "vitest";

const python = findMoto();
if (!python)
  process.stderr.write("SKIPPED: iam-group against moto, because no Python with moto[server] was found\n");

test.runIf(process.env["CI"])("moto is installed where no test may be skipped", () => {
  expect(python, "install Python with moto[server], or set PYTHON to one that has it").toBeDefined();
});

test.runIf(python)("in moto, repeated grants and revokes add and remove the membership", async () => {
  const moto = await startMoto(python ?? "");
  const iam = new IAMClient({
    endpoint: moto.url,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  const lambda = startLocalLambda({
    bundle: new URL("../dist/index.cjs", import.meta.url).pathname,
    functionArn: "arn:aws:lambda:us-east-1:123456789012:function:sym-access",
    environment: { ...moto.environment, LEASES: "off" },
  });
  const send = async (file: string) => {
    const { payload } = await lambda.invoke(testPayload(file));
    const { Users } = await iam.send(new GetGroupCommand({ GroupName: "prod-admins" }));
    return {
      outcome: (payload as { body: { outcome: string } }).body.outcome,
      members: Users?.map((user) => user.UserName),
    };
  };
  const robin = "robin.requester@example.com";
  try {
    await iam.send(new CreateUserCommand({ UserName: robin }));
    await iam.send(new CreateGroupCommand({ GroupName: "prod-admins" }));
    expect(await send("escalate.json")).toEqual({ outcome: "granted", members: [robin] });
    // moto lists a user twice who was added twice, and removes only a single entry.
    expect((await send("escalate.json")).outcome).toBe("already-had-access");
    expect((await send("deescalate.json")).outcome).toBe("revoked");
    await send("deescalate.json");
    expect(await send("deescalate.json")).toEqual({ outcome: "nothing-to-revoke", members: [] });
    expect((await send("second-user-escalate.json")).outcome).toBe("refused");
  } finally {
    await lambda.close();
    await moto.close();
  }
});
