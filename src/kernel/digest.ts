import { createHash } from "node:crypto";
import canonicalize from "canonicalize";

/** RFC 8785 canonical JSON. Throws on what JSON cannot say (functions, NaN), which would be a broken invariant. */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new Error("invariant: not a JSON value");
  return text;
}

/** SHA-256 in lower-case hex (64 characters). */
export function sha256(bytes: string | Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

export function digestOf(value: unknown): string {
  return sha256(canonicalJson(value));
}

/** The first 40 bits of a SHA-256 in RFC 4648 base32, `XXXX-XXXX`: short enough to compare by eye on a phone. */
export function shortCode(digest: string): string {
  const bits = BigInt(`0x${digest.slice(0, 10)}`);
  const letters = Array.from({ length: 8 }, (_, i) => BASE32[Number((bits >> BigInt(35 - 5 * i)) & 31n)]).join("");
  return `${letters.slice(0, 4)}-${letters.slice(4)}`;
}

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
