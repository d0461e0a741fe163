import { randomBytes } from "node:crypto";
import { decodeJwt, importSPKI, jwtVerify } from "jose";
import { type Call, HttpError, type Who } from "./http.ts";
import {
  type Account,
  type AppRecord,
  covers,
  type Installation,
  type Level,
  type Permissions,
  type Repository,
  type Role,
  roleOf,
  type State,
  type Token,
} from "./state.ts";

/** Who asks, and whether they may. It believes signatures and tokens it issued itself, never a name that a caller gives. */

export type Identity =
  | { readonly kind: "anonymous" }
  | { readonly kind: "app"; readonly app: AppRecord }
  | ({ readonly token: string } & Token);

export const ANONYMOUS: Identity = { kind: "anonymous" };
export const HOUR_MS = 3_600_000;

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

/** A token of an installation, for an hour. `repositories` null means all of it. */
export function mintInstallationToken(
  state: State,
  installation: Installation,
  permissions: Permissions,
  repositories: readonly number[] | null,
): { readonly token: string; readonly expiresAt: number } {
  const token = `ghs_${secretPart()}`;
  const expiresAt = state.now() + HOUR_MS;
  state.tokens.set(token, {
    kind: "installation",
    installation,
    permissions: { ...permissions, metadata: "read" },
    repositories,
    expiresAt,
  });
  return { token, expiresAt };
}

/** The GITHUB_TOKEN of one job. It dies with the job. */
export function mintJobToken(state: State, repo: Repository, job: string, permissions: Permissions): string {
  const token = `ghs_${secretPart()}`;
  const named = Object.entries(permissions).map(([name, level]) => [name.replaceAll("-", "_"), level] as const);
  state.tokens.set(token, {
    kind: "job",
    repo,
    job,
    permissions: { ...Object.fromEntries(named), metadata: "read" },
    expiresAt: state.now() + 24 * HOUR_MS,
  });
  return token;
}

export function mintUserToken(state: State, user: Account, app: AppRecord): string {
  const token = `ghu_${secretPart()}`;
  state.tokens.set(token, { kind: "user", user, app, expiresAt: state.now() + 8 * HOUR_MS });
  return token;
}

function secretPart(): string {
  return randomBytes(27).toString("base64url").replaceAll(/[-_]/g, "x");
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

/** Whether the repository exists for this identity at all; otherwise GitHub says 404, not 403. */
export function canSee(identity: Identity, repo: Repository, state: State): boolean {
  return !repo.private || reaches(identity, repo, state);
}

/** Whether the credential was issued for this repository. */
function reaches(identity: Identity, repo: Repository, state: State): boolean {
  switch (identity.kind) {
    case "anonymous":
    case "app":
      return false;
    case "installation":
      return covers(identity.installation, repo) && (identity.repositories?.includes(repo.id) ?? true);
    case "job":
      return identity.repo.id === repo.id;
    case "user":
      return (
        roleOf(repo, identity.user) !== null &&
        [...state.installations.values()].some(
          ({ app, ...rest }) => app === identity.app && covers({ app, ...rest }, repo),
        )
      );
  }
}

/** The permissions that count on this repository: for a person through an App, what both have. */
export function permissionsOn(identity: Identity, repo: Repository, state: State): Permissions {
  if (!reaches(identity, repo, state)) return {};
  switch (identity.kind) {
    case "anonymous":
    case "app":
      return {};
    case "installation":
    case "job":
      return identity.permissions;
    case "user": {
      const role = roleOf(repo, identity.user);
      return role === null ? {} : intersect({ ...identity.app.permissions, metadata: "read" }, role);
    }
  }
}

const WRITABLE: Readonly<Record<Role, (permission: string) => boolean>> = {
  admin: () => true,
  maintain: (name) => name !== "administration" && name !== "secrets",
  write: (name) => name !== "administration" && name !== "secrets" && name !== "environments",
  triage: (name) => name === "issues",
  read: () => false,
};

function intersect(permissions: Permissions, role: Role): Permissions {
  const entries = Object.entries(permissions).flatMap(([name, level]): [string, Level][] => {
    if (name === "administration" && role !== "admin") return [];
    return [[name, level === "write" && WRITABLE[role](name) ? "write" : "read"]];
  });
  return Object.fromEntries(entries);
}

export function holds(permissions: Permissions, needs: Readonly<Record<string, Level>>): boolean {
  return Object.entries(needs).every(([name, level]) => permissions[name] === "write" || permissions[name] === level);
}

/** Throws what GitHub answers when `who` may not call this. `repo` is the one in the path, already known to be visible. */
export function authorize(who: Who, identity: Identity, repo: Repository | null, state: State): void {
  if (who === "anyone") return;
  if (identity.kind === "anonymous") throw new HttpError(401, "Requires authentication");
  if (who === "app") {
    if (identity.kind !== "app") throw new HttpError(401, "A JSON web token could not be decoded");
    return;
  }
  if (identity.kind === "app")
    throw new HttpError(401, "This endpoint cannot be used with a JSON web token; use an installation access token.");
  if (who === "installation") {
    if (identity.kind !== "installation" && identity.kind !== "job") throw notByIntegration(null);
    return;
  }
  if (who === "person") {
    if (identity.kind !== "user") throw notByIntegration(null);
    return;
  }
  if (!repo) return;
  const held = permissionsOn(identity, repo, state);
  if (who.length > 0 && !who.some((needs) => holds(held, needs))) throw notByIntegration(who);
}

/** For handlers whose need depends on the body. */
export function demand(call: Call & { readonly repo: Repository }, who: Who, state: State): void {
  authorize(who, call.identity, call.repo, state);
}

function notByIntegration(who: Exclude<Who, string> | null): HttpError {
  const accepted = who?.map((needs) =>
    Object.entries(needs)
      .map(([name, level]) => `${name}=${level}`)
      .join(","),
  );
  return new HttpError(
    403,
    "Resource not accessible by integration",
    {},
    accepted ? { "x-accepted-github-permissions": accepted.join("; ") } : {},
  );
}
