import { actorOf, type Identity, mintInstallationToken } from "./auth.ts";
import {
  type Call,
  created,
  HttpError,
  isRecord,
  noContent,
  notFound,
  numberParam,
  ok,
  page,
  pageOf,
  param,
  type Reply,
  type RepoCall,
  type Route,
  repoRoute,
  route,
  unprocessable,
} from "./http.ts";
import { appShape, fullRepositoryShape, publicUserShape, userShape } from "./shapes.ts";
import {
  type AppRecord,
  accountByLogin,
  covers,
  type Delivery,
  type Installation,
  type Level,
  type Repository,
  roleOf,
  type State,
} from "./state.ts";
import { installationShape, redeliver } from "./webhooks.ts";

/** Apps, their installations and tokens, people, repositories: who there is and what was granted. */

export const deliveryRoutes: readonly Route[] = [
  route("GET /app/hook/deliveries", "app", listDeliveries),
  route("GET /app/hook/deliveries/{delivery_id}", "app", (call, state) =>
    ok(deliveryShape(deliveryOf(call, state), true)),
  ),
  route("POST /app/hook/deliveries/{delivery_id}/attempts", "app", (call, state) => {
    redeliver(state, deliveryOf(call, state));
    return { status: 202, body: {} };
  }),
];

export const appRoutes: readonly Route[] = [
  route("GET /app", "app", (call, state) => {
    const app = appFrom(call.identity);
    return ok({ ...appShape(state, app), installations_count: installationsOf(state, app).length });
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

export const repoRoutes: readonly Route[] = [
  route("GET /meta", "anyone", () => ok({ verifiable_password_authentication: false })),
  route("GET /rate_limit", "anyone", (_, state) => {
    const limit = { limit: 5000, used: 1, remaining: 4999, reset: Math.floor(state.now() / 1000) + 3600 };
    return ok({ resources: { core: limit, search: limit, graphql: limit }, rate: limit });
  }),
  route("GET /user", "person", (call, state) => ok(publicUserShape(state, actorOf(call.identity, state)))),
  route("GET /users/{username}", "anyone", (call, state) => {
    const account = accountByLogin(state, param(call, "username"));
    if (!account) throw notFound();
    return ok(publicUserShape(state, account));
  }),
  route("GET /user/{account_id}", "anyone", (call, state) => {
    const account = state.accounts.get(numberParam(call, "account_id"));
    if (!account) throw notFound();
    return ok(publicUserShape(state, account));
  }),
  repoRoute("GET /repos/{owner}/{repo}", [{ metadata: "read" }], (call, state) =>
    ok({ ...fullRepositoryShape(state, call.repo), permissions: flagsFor(call) }),
  ),
  repoRoute(
    "GET /repos/{owner}/{repo}/collaborators/{username}/permission",
    [{ metadata: "read" }],
    collaboratorPermission,
  ),
  repoRoute("GET /repos/{owner}/{repo}/collaborators/{username}", [{ metadata: "read" }], (call, state) => {
    const user = accountByLogin(state, param(call, "username"));
    if (!user || (user.id !== call.repo.owner.id && !call.repo.collaborators.has(user.id))) throw notFound();
    return noContent();
  }),
  repoRoute("GET /repos/{owner}/{repo}/actions/variables", [{ variables: "read" }], (call, state) => {
    const createdAt = call.repo.createdAt;
    return page(
      call,
      state,
      Object.entries(call.repo.variables),
      ([name, value]) => ({ name, value, created_at: createdAt, updated_at: createdAt }),
      (variables, total) => ({ total_count: total, variables }),
    );
  }),
];

function appFrom(identity: Identity): AppRecord {
  if (identity.kind !== "app") throw new Error("invariant: not an App");
  return identity.app;
}

export function installationsOf(state: State, app: AppRecord): readonly Installation[] {
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

/** The REST window; newest first, `cursor` is the id of the last one seen. */
function listDeliveries(call: Call, state: State): Reply {
  const app = appFrom(call.identity);
  const cursor = call.query.get("cursor");
  const wanted = call.query.get("status");
  const mine = state.deliveries
    .filter((delivery) => delivery.app === app)
    .filter(({ statusCode }) => wanted === null || (wanted === "success") === (statusCode >= 200 && statusCode < 400));
  const start = cursor === null ? 0 : mine.findIndex(({ id }) => id < Number(cursor));
  const rest = start < 0 ? [] : mine.slice(start);
  const { size } = pageOf(call);
  const shown = rest.slice(0, size);
  const last = shown.at(-1);
  const next = new URL(`${state.url}${call.url.pathname}${call.url.search}`);
  next.searchParams.set("cursor", String(last?.id));
  return {
    status: 200,
    body: shown.map((delivery) => deliveryShape(delivery, false)),
    headers: last && rest.length > size ? { link: `<${next.href}>; rel="next"` } : {},
  };
}

function deliveryOf(call: Call, state: State): Delivery {
  const app = appFrom(call.identity);
  const delivery = state.deliveries.find(
    ({ id, app: owner }) => id === numberParam(call, "delivery_id") && owner === app,
  );
  if (!delivery) throw notFound();
  return delivery;
}

function deliveryShape(delivery: Delivery, whole: boolean) {
  const { id, guid, deliveredAt, redelivery, duration, status, statusCode, event, action } = delivery;
  return {
    id,
    guid,
    delivered_at: deliveredAt,
    redelivery,
    duration,
    status,
    status_code: statusCode,
    event,
    action,
    installation_id: delivery.installationId,
    repository_id: delivery.repositoryId,
    throttled_at: null,
    ...(whole
      ? {
          url: delivery.app.webhook?.url ?? "",
          request: delivery.request,
          response: { headers: delivery.response.headers, payload: delivery.response.body },
        }
      : {}),
  };
}

function collaboratorPermission(call: RepoCall, state: State): Reply {
  const user = accountByLogin(state, param(call, "username"));
  if (!user) throw notFound();
  if (user.type !== "User") throw new HttpError(404, `${user.login} is not a user`);
  const role = roleOf(call.repo, user);
  const legacy = {
    admin: "admin",
    maintain: "write",
    write: "write",
    triage: "read",
    read: "read",
    none: "none",
  } as const;
  return ok({
    permission: legacy[role ?? "none"],
    role_name: role ?? "none",
    user: { ...userShape(state, user), permissions: flags(role), role_name: role ?? "none" },
  });
}

function flags(role: string | null) {
  const order = ["read", "triage", "write", "maintain", "admin"];
  const at = role === null ? -1 : order.indexOf(role);
  return { admin: at >= 4, maintain: at >= 3, push: at >= 2, triage: at >= 1, pull: at >= 0 };
}

function flagsFor(call: RepoCall) {
  return call.identity.kind === "user" ? flags(roleOf(call.repo, call.identity.user)) : flags("read");
}
