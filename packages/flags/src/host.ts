/** The host that answers under a URL, with the path of the instance if one host has several. */
export function hostOf(url: string): string {
  const { host, pathname } = new URL(url);
  return host + pathname.replace(/\/+$/, "");
}
