import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { forward } from "./recording-proxy.ts";

/**
 * Servers on loopback that add TLS in front of the stand-ins. `certificate` is the path of the certificate to trust.
 */
export type TlsFront = {
  certificate: string;
  inFrontOf(url: string): Promise<string>;
  close(): void;
};

/** Makes a key and a self-signed certificate in the folder, with openssl, which must be on the path. */
export function startTls(folder: string): TlsFront {
  const [keyFile, certificate] = [join(folder, "key.pem"), join(folder, "certificate.pem")];
  const subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"];
  const files = ["-keyout", keyFile, "-out", certificate];
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  execFileSync("openssl", ["req", "-x509", ...curve, "-days", "1", ...subject, ...files], {
    stdio: "ignore",
  });
  const credentials = { key: readFileSync(keyFile), cert: readFileSync(certificate) };
  const servers: (() => void)[] = [];
  return {
    certificate,
    async inFrontOf(url) {
      const server = createServer(credentials, async (incoming, outgoing) => {
        const answer = await forward(url, incoming, await buffer(incoming));
        outgoing.writeHead(answer.status, answer.headers).end(answer.body);
      });
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      servers.push(() => {
        server.close();
        server.closeAllConnections();
      });
      return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    },
    close: () => {
      for (const close of servers) close();
    },
  };
}
