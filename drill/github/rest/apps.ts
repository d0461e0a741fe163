import type { Identity } from "../auth/identity.ts";
import { mintInstallationToken } from "../auth/tokens.ts";
import {
  type Call,
  created,
  isRecord,
  noContent,
  notFound,
  numberParam,
  ok,
  page,
  param,
  type Reply,
  type Route,
  repoRoute,
  route,
  unprocessable,
} from "../http.ts";
import type { AppRecord, Installation, Level, Repository } from "../records.ts";
import { covers, type State } from "../state.ts";
import { installationShape } from "./installation-shape.ts";
import { fullRepositoryShape } from "./repository-shape.ts";
import { appShape } from "./shapes.ts";

/** Apps, their installations and tokens. */

export const appRoutes: readonly Route[] = [
  route("GET /app", "app", (call, state) => {
    const app = appFrom(call.identity);
    return ok({ ...appShape(state, app), installations_count: installationsOf(state, app).length });
  }),
  route("GET /app/hook/config", "app", (call) => {
    const { webhook } = appFrom(call.identity);
    // GitHub shows that there is a secret, never the secret.
    const shown = webhook === null ? {} : { url: webhook.url, secret: "********" };
    return ok({ content_type: "json", insecure_ssl: "0", ...shown });
  }),
  route("GET /app/installations", "app", (call, state) =>
    page(call, state, installationsOf(state, appFrom(call.identity)), (item) => installationShape(state, item)),
  ),
  route("GET /app/installations/{installation_id}", "app", (call, state) =>
    ok(installationShape(state, installationOf(call, state))),
  ),
  route("POST /app/installations/{installation_id}/access_tokens", "app", createToken),
  repoRoute("GET /repos/{owner}/{repo}/installation", "app", (call, state) => {
    const app = appFrom(call.identity);
    const installation = installationsOf(state, app).find((candidate) => covers(candidate, call.repo));
    if (!installation) throw notFound();
    return ok(installationShape(state, installation));
  }),
  route("GET /users/{username}/installation", "app", (call, state) => accountInstallation(call, state, "username")),
  route("GET /orgs/{org}/installation", "app", (call, state) => accountInstallation(call, state, "org")),
  route("GET /installation/repositories", "installation", (call, state) => {
    const repos = [...state.repositories.values()].filter((repo) => grantedTo(call.identity, repo));
    return page(
      call,
      state,
      repos,
      (repo) => fullRepositoryShape(state, repo),
      (repositories, total) => ({ total_count: total, repository_selection: selectionOf(call.identity), repositories }),
    );
  }),
  route("DELETE /installation/token", "installation", (call, state) => {
    if ("token" in call.identity) state.tokens.delete(call.identity.token);
    return noContent();
  }),
];

export function appFrom(identity: Identity): AppRecord {
  if (identity.kind !== "app") throw new Error("invariant: not an App");
  return identity.app;
}

function installationsOf(state: State, app: AppRecord): readonly Installation[] {
  return [...state.installations.values()].filter((installation) => installation.app === app);
}

function installationOf(call: Call, state: State): Installation {
  const installation = state.installations.get(numberParam(call, "installation_id"));
  if (installation?.app !== appFrom(call.identity)) throw notFound();
  return installation;
}

function accountInstallation(call: Call, state: State, name: string): Reply {
  const login = param(call, name).toLowerCase();
  const found = installationsOf(state, appFrom(call.identity)).find(
    ({ account }) => account.login.toLowerCase() === login,
  );
  if (!found) throw notFound();
  return ok(installationShape(state, found));
}

/** Narrowed by repositories and permissions; asking for more than the installation has is a 422. */
function createToken(call: Call, state: State): Reply {
  const installation = installationOf(call, state);
  const granted: Readonly<Record<string, Level>> = { ...installation.app.permissions, metadata: "read" };
  const asked = isRecord(call.body.permissions) ? call.body.permissions : null;
  const permissions = asked === null ? granted : narrowed(asked, granted);
  const repos = repositoriesAsked(call, state, installation);
  const { token, expiresAt } = mintInstallationToken(
    state,
    installation,
    permissions,
    repos?.map(({ id }) => id) ?? null,
  );
  return created({
    token,
    expires_at: new Date(expiresAt).toISOString().replace(/\.\d{3}Z$/, "Z"),
    permissions: { ...permissions, metadata: "read" },
    repository_selection: repos === null && installation.repositories === "all" ? "all" : "selected",
    ...(repos === null ? {} : { repositories: repos.map((repo) => fullRepositoryShape(state, repo)) }),
  });
}

function narrowed(asked: Readonly<Record<string, unknown>>, granted: Readonly<Record<string, Level>>) {
  const entries = Object.entries(asked).map(([name, level]): [string, Level] => {
    const held = granted[name];
    if ((level !== "read" && level !== "write") || held === undefined || (level === "write" && held === "read"))
      throw unprocessable("The permissions requested are not granted to this installation.");
    return [name, level];
  });
  return Object.fromEntries(entries);
}

function repositoriesAsked(call: Call, state: State, installation: Installation): readonly Repository[] | null {
  const { repositories: names, repository_ids: ids } = call.body;
  if (names === undefined && ids === undefined) return null;
  const wanted = [...(Array.isArray(ids) ? ids : []), ...(Array.isArray(names) ? names : [])];
  return wanted.map((key: unknown) => {
    const repo = [...state.repositories.values()].find(
      (candidate) => (candidate.id === key || candidate.name === key) && covers(installation, candidate),
    );
    if (!repo)
      throw unprocessable(
        "There is at least one repository that does not exist or is not accessible to the parent installation.",
      );
    return repo;
  });
}

function grantedTo(identity: Identity, repo: Repository): boolean {
  if (identity.kind === "job") return identity.repo === repo;
  if (identity.kind !== "installation") return false;
  return covers(identity.installation, repo) && (identity.repositories?.includes(repo.id) ?? true);
}

function selectionOf(identity: Identity): string {
  return identity.kind === "installation" &&
    identity.repositories === null &&
    identity.installation.repositories === "all"
    ? "all"
    : "selected";
}
