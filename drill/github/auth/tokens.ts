import { randomBytes } from "node:crypto";
import type { Account, AppRecord, Installation, Permissions, Repository } from "../records.ts";
import type { State } from "../state.ts";

/** Makes every kind of token that callers may hold. */

const HOUR_MS = 3_600_000;

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
