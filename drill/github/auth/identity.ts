import { decodeJwt, importSPKI, jwtVerify } from "jose";
import { HttpError } from "../http.ts";
import type { Account, AppRecord, Token } from "../records.ts";
import type { State } from "../state.ts";

/** Who asks. It believes signatures and tokens it issued itself, never a name that a caller gives. */

export type Identity =
  | { readonly kind: "anonymous" }
  | { readonly kind: "app"; readonly app: AppRecord }
  | ({ readonly token: string } & Token);

export const ANONYMOUS: Identity = { kind: "anonymous" };

/** Who the credential proves. Throws 401 for anything bad, expired or revoked; no credential is `anonymous`. */
export async function authenticate(state: State, authorization: string | undefined): Promise<Identity> {
  if (authorization === undefined) return ANONYMOUS;
  const [scheme = "", credential = ""] = authorization.split(/\s+/, 2);
  if (/^basic$/i.test(scheme)) {
    const pair = Buffer.from(credential, "base64").toString("utf8");
    return identify(state, pair.slice(pair.indexOf(":") + 1));
  }
  if (!/^(bearer|token)$/i.test(scheme)) throw new HttpError(401, "Bad credentials");
  return credential.split(".").length === 3 && credential.startsWith("ey")
    ? { kind: "app", app: await verifyAppJwt(state, credential) }
    : identify(state, credential);
}

function identify(state: State, token: string): Identity {
  const record = state.tokens.get(token);
  if (!record || record.expiresAt <= state.now()) throw new HttpError(401, "Bad credentials");
  return { ...record, token };
}

/** GitHub's words for each way in which an App's own token can be wrong. */
async function verifyAppJwt(state: State, jwt: string): Promise<AppRecord> {
  const refuse = (message: string) => new HttpError(401, message);
  let claims: ReturnType<typeof decodeJwt>;
  try {
    claims = decodeJwt(jwt);
  } catch {
    throw refuse("A JSON web token could not be decoded");
  }
  const app = [...state.apps.values()].find(
    ({ id, clientId }) => String(id) === String(claims.iss) || clientId === claims.iss,
  );
  const publicKey = app?.publicKey() ?? null;
  if (!app || publicKey === null) throw refuse("Integration not found");
  const now = Math.floor(state.now() / 1000);
  const { iat, exp } = claims;
  if (typeof iat !== "number" || iat > now + 60)
    throw refuse("'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued");
  if (typeof exp !== "number" || exp <= now)
    throw refuse("'Expiration time' claim ('exp') must be a numeric value representing the future time");
  if (exp > now + 660) throw refuse("'Expiration time' claim ('exp') is too far in the future");
  try {
    await jwtVerify(jwt, await importSPKI(publicKey, "RS256"), {
      algorithms: ["RS256"],
      currentDate: new Date(state.now()),
      clockTolerance: 60,
    });
  } catch {
    throw refuse("A JSON web token could not be decoded");
  }
  return app;
}

/** In whose name something is written. */
export function actorOf(identity: Identity, state: State): Account {
  switch (identity.kind) {
    case "anonymous":
      throw new HttpError(401, "Requires authentication");
    case "app":
      return identity.app.bot;
    case "installation":
      return identity.installation.app.bot;
    case "job":
      return state.actionsApp.bot;
    case "user":
      return identity.user;
  }
}

/** The App that made a check run or an issue; null for a person alone. */
export function appOf(identity: Identity, state: State): AppRecord | null {
  switch (identity.kind) {
    case "installation":
      return identity.installation.app;
    case "job":
      return state.actionsApp;
    case "app":
    case "user":
      return identity.app;
    case "anonymous":
      return null;
  }
}

/** As it stands in the journal. A narrowed token shows what it was narrowed to. */
export function actorName(identity: Identity): string {
  switch (identity.kind) {
    case "anonymous":
      return "anonymous";
    case "app":
      return `app:${identity.app.slug}`;
    case "installation": {
      const granted = Object.entries(identity.permissions).filter(([name]) => name !== "metadata");
      return `installation:${identity.installation.app.slug}[${granted.map(([name, level]) => `${name}:${level}`).join(",")}]`;
    }
    case "job":
      return `job:${identity.job}`;
    case "user":
      return `user:${identity.user.login}`;
  }
}
