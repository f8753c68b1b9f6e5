// The functions of a deployment, by their names: infra/aws names each function `<name_prefix>-<handler>`.
import { listHandlers } from "@sym/local-lambda/handler-bundles";

/**
 * The functions of the deployment with this `name_prefix`. A name that ends with a handler of handlers/ after further words is of
 * a longer prefix: sym-staging-iam-group belongs to sym-staging. Says on stderr which functions are left out for this reason.
 */
export function functionsOf(prefix: string, names: string[]): string[] {
  const handlers = listHandlers();
  const begun = names.filter((name) => name.startsWith(`${prefix}-`));
  const own = begun.filter((name) => {
    const rest = name.slice(prefix.length + 1);
    return handlers.includes(rest) || !handlers.some((handler) => rest.endsWith(`-${handler}`));
  });
  const others = begun.filter((name) => !own.includes(name));
  if (others.length > 0)
    process.stderr.write(`Left out, because another --prefix names them: ${others.sort().join(", ")}\n`);
  return own.sort();
}
