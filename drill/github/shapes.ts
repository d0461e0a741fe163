import type { CommitRecord } from "./git-store.ts";
import type { Account, AppRecord, Repository, State } from "./state.ts";

/** GitHub's JSON of what many areas share: people, apps, repositories, commits. */

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

export function repositoryShape(state: State, repo: Repository) {
  const full = `${repo.owner.login}/${repo.name}`;
  const url = `${state.apiUrl}/repos/${full}`;
  const html = `${state.url}/${full}`;
  return {
    id: repo.id,
    node_id: nodeId("Repository", repo.id),
    name: repo.name,
    full_name: full,
    private: repo.private,
    owner: userShape(state, repo.owner),
    html_url: html,
    description: null,
    fork: false,
    url,
    forks_url: `${url}/forks`,
    keys_url: `${url}/keys{/key_id}`,
    collaborators_url: `${url}/collaborators{/collaborator}`,
    teams_url: `${url}/teams`,
    hooks_url: `${url}/hooks`,
    issue_events_url: `${url}/issues/events{/number}`,
    events_url: `${url}/events`,
    assignees_url: `${url}/assignees{/user}`,
    branches_url: `${url}/branches{/branch}`,
    tags_url: `${url}/tags`,
    blobs_url: `${url}/git/blobs{/sha}`,
    git_tags_url: `${url}/git/tags{/sha}`,
    git_refs_url: `${url}/git/refs{/sha}`,
    trees_url: `${url}/git/trees{/sha}`,
    statuses_url: `${url}/statuses/{sha}`,
    languages_url: `${url}/languages`,
    stargazers_url: `${url}/stargazers`,
    contributors_url: `${url}/contributors`,
    subscribers_url: `${url}/subscribers`,
    subscription_url: `${url}/subscription`,
    commits_url: `${url}/commits{/sha}`,
    git_commits_url: `${url}/git/commits{/sha}`,
    comments_url: `${url}/comments{/number}`,
    issue_comment_url: `${url}/issues/comments{/number}`,
    contents_url: `${url}/contents/{+path}`,
    compare_url: `${url}/compare/{base}...{head}`,
    merges_url: `${url}/merges`,
    archive_url: `${url}/{archive_format}{/ref}`,
    downloads_url: `${url}/downloads`,
    issues_url: `${url}/issues{/number}`,
    pulls_url: `${url}/pulls{/number}`,
    milestones_url: `${url}/milestones{/number}`,
    notifications_url: `${url}/notifications{?since,all,participating}`,
    labels_url: `${url}/labels{/name}`,
    releases_url: `${url}/releases{/id}`,
    deployments_url: `${url}/deployments`,
  };
}

export function fullRepositoryShape(state: State, repo: Repository) {
  const full = `${repo.owner.login}/${repo.name}`;
  const openIssues = repo.issues.filter((issue) => issue.state === "open").length;
  return {
    ...repositoryShape(state, repo),
    created_at: repo.createdAt,
    updated_at: repo.pushedAt,
    pushed_at: repo.pushedAt,
    git_url: `git://${new URL(state.url).host}/${full}.git`,
    ssh_url: `git@${new URL(state.url).host}:${full}.git`,
    clone_url: `${state.url}/${full}.git`,
    svn_url: `${state.url}/${full}`,
    homepage: null,
    size: 0,
    stargazers_count: 0,
    watchers_count: 0,
    watchers: 0,
    language: null,
    has_issues: true,
    has_projects: false,
    has_downloads: false,
    has_wiki: false,
    has_pages: false,
    has_discussions: false,
    forks_count: 0,
    forks: 0,
    mirror_url: null,
    archived: false,
    disabled: false,
    open_issues_count: openIssues,
    open_issues: openIssues,
    license: null,
    allow_forking: true,
    is_template: false,
    web_commit_signoff_required: false,
    topics: [],
    visibility: repo.private ? "private" : "public",
    default_branch: repo.defaultBranch,
    allow_squash_merge: true,
    allow_merge_commit: true,
    allow_rebase_merge: true,
    allow_auto_merge: false,
    delete_branch_on_merge: false,
    network_count: 0,
    subscribers_count: 0,
  };
}

export function repoUrl(state: State, repo: Repository): string {
  return `${state.apiUrl}/repos/${repo.owner.login}/${repo.name}`;
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
