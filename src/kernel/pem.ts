import { createPrivateKey } from "node:crypto";

/** Private keys as settings carry them. It must never put any of a key into words. */

/** Hosts without multi-line variables carry the line breaks as `\n`, or the whole in base64. */
export function pemOf(text: string): string {
  const trimmed = text.trim();
  return trimmed.startsWith("-----BEGIN")
    ? trimmed.replaceAll("\\n", "\n")
    : Buffer.from(trimmed, "base64").toString("utf8");
}

/** GitHub and Auth0 are both shown signatures by RSA alone. */
export function isRsaKey(text: string): boolean {
  try {
    return createPrivateKey(pemOf(text)).asymmetricKeyType === "rsa";
  } catch {
    return false;
  }
}
