import { createCipheriv, createDecipheriv, createPrivateKey, hkdfSync, randomBytes } from "node:crypto";
import { z } from "zod";
import { canonicalJson } from "../kernel/digest.ts";
import type { Secret } from "../kernel/secret.ts";

/** A push under way, as it is left behind for a re-run: readable only with the Auth0 client's private key. */
export const SealedAsk = z.strictObject({
  authReqId: z.string().min(1),
  approverId: z.int(),
  sentAt: z.number(),
  expiresAt: z.number(),
  intervalMs: z.number().positive(),
  /** The authorization details that the push shows, as JSON; null where the code alone is shown. */
  details: z.string().nullable(),
});
export type SealedAsk = z.infer<typeof SealedAsk>;

/** What a sealed ask belongs to; it opens under nothing else. */
export type SealContext = { readonly repoId: number; readonly incident: number; readonly digest: string };

/** AES-256-GCM, base64url of nonce, tag and text; the context is bound as additional data. */
export function seal(asks: readonly SealedAsk[], privateKey: Secret, context: SealContext): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", keyFrom(privateKey), nonce).setAAD(Buffer.from(canonicalJson(context)));
  const text = Buffer.concat([cipher.update(JSON.stringify(asks), "utf8"), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), text]).toString("base64url");
}

/** Null for anything that was not sealed by this key for this context, whole and unchanged. */
export function unseal(sealed: string, privateKey: Secret, context: SealContext): readonly SealedAsk[] | null {
  try {
    const bytes = Buffer.from(sealed, "base64url");
    const decipher = createDecipheriv("aes-256-gcm", keyFrom(privateKey), bytes.subarray(0, 12), { authTagLength: 16 })
      .setAAD(Buffer.from(canonicalJson(context)))
      .setAuthTag(bytes.subarray(12, 28));
    const text = Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString("utf8");
    return z.array(SealedAsk).parse(JSON.parse(text));
  } catch {
    return null;
  }
}

const derived = new WeakMap<Secret, Buffer>();

/** From the key's own bytes, not its PEM text, so that line breaks do not matter. */
function keyFrom(privateKey: Secret): Buffer {
  const known = derived.get(privateKey);
  if (known) return known;
  const der = createPrivateKey(privateKey.expose()).export({ type: "pkcs8", format: "der" });
  const key = Buffer.from(hkdfSync("sha256", der, "sentinel", "sealed ask v1", 32));
  derived.set(privateKey, key);
  return key;
}
