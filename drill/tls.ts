/**
 * A certificate for this machine's loopback names, because Auth0's packages insist on https. It must never be trusted by more
 * than the processes of one drill: nothing is written to a system store.
 */
import { randomBytes, X509Certificate } from "node:crypto";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import tls from "node:tls";

export type Tls = {
  readonly keyPem: string;
  readonly certPem: string;
  /** Path of the certificate, for NODE_EXTRA_CA_CERTS of child processes. */
  readonly caPath: string;
};

/** Reads the certificate kept in `dir`, or makes one there when none is usable for another day. */
export async function createTls(dir: string): Promise<Tls> {
  const keyPath = join(dir, "loopback.key.pem");
  const caPath = join(dir, "loopback.cert.pem");
  const kept = await read(keyPath, caPath);
  if (kept && isUsable(kept.certPem)) return { ...kept, caPath };

  const made = await makeCertificate();
  await mkdir(dir, { recursive: true });
  await writeFile(keyPath, made.keyPem, { mode: 0o600 });
  await chmod(keyPath, 0o600);
  await writeFile(caPath, made.certPem);
  return { ...made, caPath };
}

/** Makes this process trust the certificate too, `fetch` included. Needs Node 24.5; a child process takes `caPath` instead. */
export function trustTls(certPem: string): void {
  if (typeof tls.setDefaultCACertificates !== "function")
    throw new Error(
      "This Node cannot trust a certificate at run time: start it with NODE_EXTRA_CA_CERTS, or use Node 24.5",
    );
  const trusted = tls.getCACertificates("default");
  if (!trusted.includes(certPem)) tls.setDefaultCACertificates([...trusted, certPem]);
}

async function makeCertificate(): Promise<{ keyPem: string; certPem: string }> {
  const { generate } = await import("selfsigned");
  const now = Date.now();
  // A name of its own: among trusted certificates of one name OpenSSL may try the wrong one, and gives up.
  const name = `localhost ${randomBytes(8).toString("hex")}`;
  const made = await generate([{ name: "commonName", value: name }], {
    keyType: "ec",
    curve: "P-256",
    algorithm: "sha256",
    notBeforeDate: new Date(now - HOUR),
    notAfterDate: new Date(now + 30 * 24 * HOUR),
    extensions: [
      // Not a CA: trusting it can vouch for this one key and these names, and for nothing else.
      { name: "basicConstraints", cA: false, critical: true },
      { name: "keyUsage", digitalSignature: true, critical: true },
      { name: "extKeyUsage", serverAuth: true },
      {
        name: "subjectAltName",
        altNames: [
          { type: 2, value: "localhost" },
          { type: 7, ip: "127.0.0.1" },
          { type: 7, ip: "::1" },
        ],
      },
    ],
  });
  return { keyPem: made.private, certPem: made.cert };
}

async function read(keyPath: string, certPath: string): Promise<{ keyPem: string; certPem: string } | null> {
  try {
    const [keyPem, certPem] = await Promise.all([readFile(keyPath, "utf8"), readFile(certPath, "utf8")]);
    return { keyPem, certPem };
  } catch {
    return null;
  }
}

function isUsable(certPem: string): boolean {
  return new X509Certificate(certPem).validToDate.getTime() > Date.now() + 24 * HOUR;
}

const HOUR = 3_600_000;
