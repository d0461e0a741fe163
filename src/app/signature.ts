import { createHmac, timingSafeEqual } from "node:crypto";
import type { Secret } from "../kernel/secret.ts";

/** Whether GitHub signed exactly these bytes with one of our secrets. Compared in constant time. */
export function isSigned(body: Buffer, header: string | undefined, secrets: readonly Secret[]): boolean {
  if (header === undefined || !/^sha256=[0-9a-f]{64}$/.test(header)) return false;
  const claimed = Buffer.from(header.slice("sha256=".length), "hex");
  return secrets.some((secret) =>
    timingSafeEqual(createHmac("sha256", secret.expose()).update(body).digest(), claimed),
  );
}
