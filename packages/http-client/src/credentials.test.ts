import { expect, test } from "vitest";
import { createCredentials } from "./credentials.ts";
import { HttpFailure } from "./failure.ts";

/** Loads token-1, token-2 and so on. */
function countedTokens() {
  const credentials = createCredentials();
  let loads = 0;
  const token = () =>
    credentials.get("token", async () => {
      loads += 1;
      return `token-${loads}`;
    });
  return { credentials, token, loads: () => loads };
}

test("parallel requests renew a refused token once", async () => {
  const { credentials, token, loads } = countedTokens();
  const send = async () => {
    const used = await token();
    if (used === "token-1") throw new HttpFailure(401);
    return used;
  };
  const all = Promise.all([
    credentials.renewing(send),
    credentials.renewing(send),
    credentials.renewing(send),
  ]);
  expect(await all).toEqual(["token-2", "token-2", "token-2"]);
  expect(loads()).toBe(2);
});

test("a token that is refused twice is an error", async () => {
  const { credentials, token, loads } = countedTokens();
  const send = async () => {
    await token();
    throw new HttpFailure(401);
  };
  await expect(credentials.renewing(send)).rejects.toMatchObject({ status: 401 });
  expect(loads()).toBe(2);
});

test("a failed load is not cached, nor a value beyond its expiry", async () => {
  const { get } = createCredentials();
  await expect(get("key", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  const ended = async (expireAt: (time: number) => void) => {
    expireAt(Date.now() - 1);
    return "old";
  };
  expect(await get("key", ended)).toBe("old");
  expect(await get("key", async () => "new")).toBe("new");
  expect(await get("key", async () => "newer")).toBe("new");
});
