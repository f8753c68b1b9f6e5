/** The host of a URL, with the path, because a host can have several instances. */
export function hostOf(url: string): string {
  const { host, pathname } = new URL(url);
  return host + pathname.replace(/\/+$/, "");
}
