/** Replaces the local addresses in an environment. Variables whose address becomes empty are dropped. */
export async function mapAddresses(
  environment: Record<string, string>,
  map: (address: string) => Promise<string>,
): Promise<Record<string, string>> {
  const mapped = Object.entries(environment).map(async ([name, value]) => {
    const isAddress = value.startsWith("http://127.0.0.1:");
    return [name, isAddress ? await map(value) : value] as const;
  });
  return Object.fromEntries((await Promise.all(mapped)).filter(([, value]) => value !== ""));
}
