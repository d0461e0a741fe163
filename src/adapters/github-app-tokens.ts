import { createPrivateKey, type KeyObject, sign } from "node:crypto";
import { z } from "zod";
import type { Clock } from "../kernel/clock.ts";
import { Secret } from "../kernel/secret.ts";
import type { Wire } from "./github-app-wire.ts";
import { GitHubError } from "./github-request.ts";

/**
 * The App's credentials: its own short JWT, one cached read-only token per installation, and a token for one repository and
 * one permission for every write. It must never hand out a token that can push.
 */
export type AppTokens = {
  /** The App itself, for `/app/…`. Cached for some minutes. */
  jwt(): Secret;
  /** Read-only, for all repositories of the installation; cached until shortly before it expires. */
  reader(installation: number): Promise<Secret>;
  /** Forgets a cached reader that GitHub no longer accepts. */
  forget(installation: number): void;
  mint(installation: number, repoId: number, permission: WritePermission): Promise<Secret>;
  /** Ends a token before its time. Never throws: it expires within the hour anyway. */
  revoke(token: Secret): Promise<void>;
};

export type WritePermission = "administration" | "issues" | "checks" | "actions";

const READ_PERMISSIONS = {
  metadata: "read",
  contents: "read",
  checks: "read",
  actions: "read",
  deployments: "read",
  issues: "read",
  administration: "read",
  pull_requests: "read",
} as const;

const Minted = z.looseObject({ token: z.string().min(1), expires_at: z.string() });

const JWT_LIFE_S = 540;
/** Renewed in the background while it still works, so that no incident waits for it. */
const RENEW_WITHIN_MS = 15 * 60_000;
const UNUSABLE_WITHIN_MS = 2 * 60_000;

export function createAppTokens(
  wire: Wire,
  app: { readonly id: number; readonly key: Secret },
  clock: Clock,
): AppTokens {
  const key = createPrivateKey(app.key.expose());
  let own: { readonly jwt: Secret; readonly until: number } | null = null;
  const known = new Map<number, { readonly token: Secret; readonly expires: number }>();
  const underWay = new Map<number, Promise<Secret>>();

  const jwt = () => {
    const now = clock.now();
    if (own === null || own.until <= now) {
      own = { jwt: signJwt(app.id, key, Math.floor(now / 1000)), until: now + (JWT_LIFE_S - 60) * 1000 };
    }
    return own.jwt;
  };

  const exchange = async (installation: number, body: unknown) => {
    const path = `/app/installations/${installation}/access_tokens`;
    const { data } = await withOneRetry(() => wire.send("POST", path, jwt(), body));
    const minted = Minted.parse(data);
    return { token: new Secret(minted.token), expires: Date.parse(minted.expires_at) };
  };

  /** Many looks that want a token at once share one exchange. */
  const renew = (installation: number): Promise<Secret> => {
    const running = underWay.get(installation);
    if (running) return running;
    const renewed = exchange(installation, { permissions: READ_PERMISSIONS })
      .then((minted) => {
        known.set(installation, minted);
        return minted.token;
      })
      .finally(() => underWay.delete(installation));
    underWay.set(installation, renewed);
    return renewed;
  };

  return {
    jwt,
    reader: async (installation) => {
      const left = (known.get(installation)?.expires ?? 0) - clock.now();
      if (left < RENEW_WITHIN_MS) {
        const renewed = renew(installation);
        if (left < UNUSABLE_WITHIN_MS) return renewed;
        renewed.catch(() => {});
      }
      return known.get(installation)?.token ?? renew(installation);
    },
    forget: (installation) => {
      known.delete(installation);
    },
    mint: async (installation, repoId, permission) => {
      const body = { repository_ids: [repoId], permissions: { [permission]: "write" } };
      return (await exchange(installation, body)).token;
    },
    revoke: async (token) => {
      await wire.send("DELETE", "/installation/token", token).catch(() => {});
    },
  };
}

/** A token that was minted and not received harms nobody, so minting may be repeated. */
async function withOneRetry<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof GitHubError && error.code === "unavailable") return call();
    throw error;
  }
}

function signJwt(appId: number, key: KeyObject, nowS: number): Secret {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  // A minute back, since clocks differ; GitHub takes at most ten minutes.
  const claims = { iat: nowS - 60, exp: nowS + JWT_LIFE_S - 60, iss: String(appId) };
  const unsigned = `${part({ alg: "RS256", typ: "JWT" })}.${part(claims)}`;
  return new Secret(`${unsigned}.${sign("RSA-SHA256", Buffer.from(unsigned), key).toString("base64url")}`);
}
