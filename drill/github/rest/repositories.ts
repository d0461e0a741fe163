import { actorOf } from "../auth/identity.ts";
import {
  HttpError,
  noContent,
  notFound,
  numberParam,
  ok,
  page,
  param,
  type Reply,
  type RepoCall,
  type Route,
  repoRoute,
  route,
} from "../http.ts";
import type { Role, Team } from "../records.ts";
import { accountByLogin, roleOf, type State } from "../state.ts";
import { fullRepositoryShape } from "./repository-shape.ts";
import { nodeId, publicUserShape, userShape } from "./shapes.ts";

/** People, repositories, and who may do what there. */

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
    ok({
      ...fullRepositoryShape(state, call.repo),
      permissions: flagsFor(call),
      network_count: 0,
      subscribers_count: 0,
    }),
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
  repoRoute("GET /repos/{owner}/{repo}/teams", [{ administration: "read" }], (call, state) =>
    page(call, state, call.repo.teams, ({ team, role }) => teamShape(state, team, role)),
  ),
  repoRoute("GET /repos/{owner}/{repo}/actions/variables", [{ actions_variables: "read" }], (call, state) =>
    listVariables(call, state, call.repo.variables),
  ),
  repoRoute(
    "GET /repos/{owner}/{repo}/actions/organization-variables",
    [{ actions_variables: "read" }],
    (call, state) => listVariables(call, state, state.organizationVariables.get(call.repo.owner.id) ?? {}),
  ),
];

/** GitHub gives ten a page when not asked for more, and never more than thirty. */
function listVariables(call: RepoCall, state: State, variables: Readonly<Record<string, string>>): Reply {
  const at = call.repo.createdAt;
  return page(
    call,
    state,
    Object.entries(variables),
    ([name, value]) => ({ name, value, created_at: at, updated_at: at }),
    (items, total) => ({ total_count: total, variables: items }),
    { usual: 10, most: 30 },
  );
}

/** GitHub calls reading `pull` and writing `push` where it speaks of teams. */
function teamShape(state: State, team: Team, role: Role) {
  const { id, slug, name, organization } = team;
  const url = `${state.apiUrl}/organizations/${organization.id}/team/${id}`;
  const html = `${state.url}/orgs/${organization.login}/teams/${slug}`;
  return {
    id,
    node_id: nodeId("Team", id),
    name,
    slug,
    description: null,
    privacy: "closed",
    notification_setting: "notifications_enabled",
    permission: role === "read" ? "pull" : role === "write" ? "push" : role,
    permissions: flags(role),
    url,
    html_url: html,
    members_url: `${url}/members{/member}`,
    repositories_url: `${url}/repos`,
    type: "organization",
    organization_id: organization.id,
    parent: null,
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
