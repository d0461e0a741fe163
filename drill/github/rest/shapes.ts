import type { CommitRecord } from "../git/commits.ts";
import type { Account, AppRecord, Repository } from "../records.ts";
import type { State } from "../state.ts";

/** GitHub's JSON of what many areas share: people, apps, commits, addresses. */

export function nodeId(kind: string, id: number | string): string {
  return Buffer.from(`${kind}:${id}`).toString("base64url");
}

export function userShape(state: State, account: Account) {
  // Names of Apps hold brackets, which GitHub escapes.
  const url = `${state.apiUrl}/users/${encodeURIComponent(account.login)}`;
  return {
    login: account.login,
    id: account.id,
    node_id: nodeId("User", account.id),
    avatar_url: `${state.url}/avatars/u/${account.id}`,
    gravatar_id: "",
    url,
    html_url:
      account.type === "Bot"
        ? `${state.url}/apps/${account.login.replace("[bot]", "")}`
        : `${state.url}/${account.login}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: account.type,
    site_admin: false,
  };
}

export function publicUserShape(state: State, account: Account) {
  return {
    ...userShape(state, account),
    name: account.name,
    company: null,
    blog: "",
    location: null,
    email: account.email,
    hireable: null,
    bio: null,
    public_repos: 0,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: account.createdAt,
    updated_at: account.createdAt,
  };
}

export function appShape(state: State, app: AppRecord) {
  return {
    id: app.id,
    slug: app.slug,
    client_id: app.clientId,
    node_id: nodeId("Integration", app.id),
    owner: userShape(state, app.owner),
    name: app.name,
    description: "",
    external_url: state.url,
    html_url: `${state.url}/apps/${app.slug}`,
    created_at: app.createdAt,
    updated_at: app.createdAt,
    permissions: app.permissions,
    events: app.events,
  };
}

export function repoUrl(state: State, repo: Repository): string {
  return `${state.apiUrl}/repos/${repo.owner.login}/${repo.name}`;
}

/** The path of a file or the name of a branch within an address, whatever letters it has. */
export function pathInUrl(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}

export function htmlUrl(state: State, repo: Repository): string {
  return `${state.url}/${repo.owner.login}/${repo.name}`;
}

export const UNSIGNED = { verified: false, reason: "unsigned", signature: null, payload: null, verified_at: null };

/** A commit as the commits and compare operations show it, without stats and files. */
export function commitShape(state: State, repo: Repository, commit: CommitRecord) {
  const url = `${repoUrl(state, repo)}/commits/${commit.sha}`;
  return {
    sha: commit.sha,
    node_id: nodeId("Commit", commit.sha),
    commit: {
      author: commit.author,
      committer: commit.committer,
      message: commit.message,
      tree: { sha: commit.tree, url: `${repoUrl(state, repo)}/git/trees/${commit.tree}` },
      url: `${repoUrl(state, repo)}/git/commits/${commit.sha}`,
      comment_count: 0,
      verification: UNSIGNED,
    },
    url,
    html_url: `${htmlUrl(state, repo)}/commit/${commit.sha}`,
    comments_url: `${url}/comments`,
    author: accountOf(state, commit.author.email),
    committer: accountOf(state, commit.committer.email),
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${repoUrl(state, repo)}/commits/${sha}`,
      html_url: `${htmlUrl(state, repo)}/commit/${sha}`,
    })),
  };
}

/** GitHub links a commit to an account by its e-mail address alone, which anybody may write. */
function accountOf(state: State, email: string) {
  const noreply = /^(?:(\d+)\+)?([^@]+)@users\.noreply\.github\.com$/.exec(email)?.[2];
  const account = [...state.accounts.values()].find(
    (candidate) => candidate.email === email || candidate.login === noreply,
  );
  return account ? userShape(state, account) : null;
}

export function simpleCommitShape(commit: CommitRecord) {
  return {
    id: commit.sha,
    tree_id: commit.tree,
    message: commit.message,
    timestamp: commit.committer.date,
    author: { name: commit.author.name, email: commit.author.email },
    committer: { name: commit.committer.name, email: commit.committer.email },
  };
}
