import { createHmac, timingSafeEqual } from "node:crypto";
import type { Secret } from "../kernel/secret.ts";

const SLACK_WINDOW_S = 300;

/** Whether Slack signed exactly these bytes (version 0) within the last five minutes. Compared in constant time. */
export function isSlackSigned(
  body: Buffer,
  { timestamp, signature }: { readonly timestamp: string | undefined; readonly signature: string | undefined },
  secret: Secret,
  now: number,
): boolean {
  if (timestamp === undefined || !/^\d{1,12}$/.test(timestamp)) return false;
  if (Math.abs(now / 1000 - Number(timestamp)) > SLACK_WINDOW_S) return false;
  if (signature === undefined || !/^v0=[0-9a-f]{64}$/.test(signature)) return false;
  const made = createHmac("sha256", secret.expose()).update(`v0:${timestamp}:`).update(body).digest();
  return timingSafeEqual(made, Buffer.from(signature.slice("v0=".length), "hex"));
}

/** Whether GitHub signed exactly these bytes with one of our secrets. Compared in constant time. */
export function isSigned(body: Buffer, header: string | undefined, secrets: readonly Secret[]): boolean {
  if (header === undefined || !/^sha256=[0-9a-f]{64}$/.test(header)) return false;
  const claimed = Buffer.from(header.slice("sha256=".length), "hex");
  return secrets.some((secret) =>
    timingSafeEqual(createHmac("sha256", secret.expose()).update(body).digest(), claimed),
  );
}
