import { HttpError, type Who } from "../http.ts";
import type { Level, Permissions, Repository, Role } from "../records.ts";
import { covers, roleOf, type State } from "../state.ts";
import type { Identity } from "./identity.ts";

/** Whether who asks may: what was granted, on which repository, and for a person what they may do themselves. */

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
