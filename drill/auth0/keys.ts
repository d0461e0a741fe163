import { exportJWK, generateKeyPair, type JWK } from "jose";

/** The tenant's signing keys: the current one, and the one before it while its tokens may still live. Both are published. */
export type SigningKeys = { readonly jwks: readonly JWK[]; rotate(): Promise<void> };

/** What anybody may see of a key. */
export function publicPart({ kty, n, e, kid, alg, use }: JWK): JWK {
  return { kty, n, e, kid, alg, use } as JWK;
}

export async function createSigningKeys(first?: JWK): Promise<SigningKeys> {
  let keys: readonly JWK[] = [first ?? (await makeKey())];
  return {
    get jwks() {
      return keys;
    },
    async rotate() {
      keys = [await makeKey(), ...keys.slice(0, 1)];
    },
  };
}

export async function makeKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  const jwk = await exportJWK(privateKey);
  return { ...jwk, kid: crypto.randomUUID().replaceAll("-", "").slice(0, 21), alg: "RS256", use: "sig" };
}
