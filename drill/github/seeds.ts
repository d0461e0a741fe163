import { generateKeyPairSync } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { githubContract } from "./contract/contract.ts";
import { createBare } from "./git/bare-repository.ts";
import { importCommit } from "./git/commits.ts";
import { git, ZERO } from "./git/process.ts";
import { announce, inOrder } from "./git/ref-changes.ts";
import { readRef } from "./git/refs.ts";
import type { Account, AppRecord, Installation, Repository, Team } from "./records.ts";
import { installationShape } from "./rest/installation-shape.ts";
import { repositoryShape } from "./rest/repository-shape.ts";
import { accountByLogin, covers, isoNow, repositoryByName, type State } from "./state.ts";
import type { AppSeed, RepoSeed, TeamSeed, UserSeed } from "./types.ts";
import { emitInstallation } from "./webhooks/emit.ts";

/** Puts people, Apps, installations and repositories into the stand-in before the story begins. */

export function addAccount(state: State, seed: UserSeed & { readonly type?: Account["type"] }): Account {
  if (accountByLogin(state, seed.login)) throw new Error(`invariant: ${seed.login} exists already`);
  const account: Account = {
    id: seed.id ?? state.nextId(),
    login: seed.login,
    type: seed.type ?? "User",
    name: seed.name ?? null,
    email: seed.email ?? null,
    createdAt: isoNow(state),
  };
  if (state.accounts.has(account.id)) throw new Error(`invariant: the account id ${account.id} is taken`);
  state.accounts.set(account.id, account);
  return account;
}

export function requireAccount(state: State, login: string): Account {
  const account = accountByLogin(state, login);
  if (!account) throw new Error(`invariant: nobody is called ${login}; add them first`);
  return account;
}

export function addApp(state: State, seed: AppSeed): { readonly app: AppRecord; readonly keys: () => AppKeys } {
  const wrong = Object.keys(seed.permissions).filter((name) => !githubContract().isPermission(name));
  if (wrong.length > 0) throw new Error(`no App can be granted ${wrong.join(", ")}`);
  const keys = once(createKeys);
  const id = state.nextId();
  const app: AppRecord = {
    id,
    slug: seed.slug,
    name: seed.name,
    clientId: `Iv23li${String(id).padStart(14, "0")}`,
    publicKey: () => keys().publicKey,
    permissions: seed.permissions,
    events: seed.events,
    webhook: seed.webhook ?? null,
    owner: state.actionsApp.owner,
    bot: addAccount(state, { login: `${seed.slug}[bot]`, type: "Bot" }),
    createdAt: isoNow(state),
  };
  state.apps.set(id, app);
  return { app, keys };
}

type AppKeys = { readonly publicKey: string; readonly privateKey: string };

/** Many Apps never use their key, and making one takes a tenth of a second. */
function createKeys(): AppKeys {
  return generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    // GitHub hands out PKCS#1.
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
  });
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

export function appBySlug(state: State, slug: string): AppRecord {
  const app = [...state.apps.values()].find((candidate) => candidate.slug === slug);
  if (!app) throw new Error(`invariant: no App is called ${slug}`);
  return app;
}

export function install(
  state: State,
  slug: string,
  owner: string,
  repositories: Installation["repositories"],
): Installation {
  const account = requireAccount(state, owner);
  const installation = {
    id: state.nextId(),
    app: appBySlug(state, slug),
    account,
    repositories,
    createdAt: isoNow(state),
  };
  state.installations.set(installation.id, installation);
  const covered = [...state.repositories.values()].filter((repo) => covers(installation, repo));
  const briefs = covered.map((repo) => {
    const { id, node_id, name, full_name, private: isPrivate } = repositoryShape(state, repo);
    return { id, node_id, name, full_name, private: isPrivate };
  });
  emitInstallation(state, installation, account, {
    action: "created",
    installation: installationShape(state, installation),
    repositories: briefs,
    requester: null,
  });
  return installation;
}

export function addTeam(state: State, seed: TeamSeed): Team {
  const organization = requireAccount(state, seed.organization);
  const members = seed.members.map((login) => requireAccount(state, login).id);
  const team: Team = { id: state.nextId(), organization, slug: seed.slug, name: seed.name ?? seed.slug, members };
  for (const [name, role] of Object.entries(seed.repositories)) {
    const repo = repositoryByName(state, seed.organization, name);
    if (!repo) throw new Error(`there is no repository ${seed.organization}/${name} for the team ${seed.slug}`);
    repo.teams.push({ team, role });
  }
  return team;
}

export async function addRepository(state: State, seed: RepoSeed): Promise<Repository> {
  const owner = requireAccount(state, seed.owner);
  const gitDir = join(state.dir, "repositories", owner.login, `${seed.name}.git`);
  await mkdir(join(state.dir, "repositories", owner.login), { recursive: true });
  await createBare(gitDir, seed.defaultBranch, seed.borrowFrom);
  for (const [branch, sha] of Object.entries(seed.branches ?? {}))
    await git(gitDir, ["update-ref", `refs/heads/${branch}`, sha]);
  const now = isoNow(state);
  const collaborators = Object.entries(seed.collaborators ?? {}).map(
    ([login, role]) => [requireAccount(state, login).id, role] as const,
  );
  const repo: Repository = {
    id: state.nextId(),
    owner,
    name: seed.name,
    private: seed.private ?? false,
    hasIssues: seed.hasIssues ?? true,
    defaultBranch: seed.defaultBranch,
    gitDir,
    createdAt: now,
    pushedAt: now,
    collaborators: new Map(collaborators),
    teams: [],
    rulesets: new Map(),
    ruleSuites: [],
    deployments: [],
    checkRuns: [],
    checkSuites: [],
    statuses: [],
    issues: [],
    labels: [],
    workflows: [],
    runs: [],
    activities: [],
    environments: [],
    variables: {},
    writing: Promise.resolve(),
  };
  state.repositories.set(repo.id, repo);
  return repo;
}

/** A commit by plumbing, as if `author` had pushed it with nothing in the way. */
export function commitFiles(
  state: State,
  repo: Repository,
  branch: string,
  files: Readonly<Record<string, string>>,
  message: string,
  author: string,
): Promise<string> {
  const account = requireAccount(state, author);
  const ref = `refs/heads/${branch}`;
  return inOrder(repo, async () => {
    const before = await readRef(repo.gitDir, ref);
    const email = account.email ?? `${account.id}+${account.login}@users.noreply.github.com`;
    const person = { name: account.name ?? account.login, email, date: isoNow(state) };
    const after = await importCommit(repo.gitDir, { ref, parent: before, files, message, author: person });
    await announce(state, repo, account, { ref, before: before ?? ZERO, after }, true, false);
    return after;
  });
}
