import type { Journal } from "../journal.ts";
import type { Runner } from "../runner/types.ts";
import type { GitHubFaults } from "./faults.ts";
import type { Reply } from "./http.ts";
import type { Account, AppRecord, Delivery, Installation, Repository, Role, Token } from "./records.ts";
import type { GitHubOptions, Push } from "./types.ts";

/** Everything one stand-in GitHub remembers, and the questions that every area asks of it. */

export type JobLine = { readonly runId: number; readonly job: string; readonly text: string };

export type State = {
  readonly journal: Journal;
  readonly dir: string;
  /** Set when the server listens. */
  url: string;
  apiUrl: string;
  now(): number;
  nextId(): number;
  readonly accounts: Map<number, Account>;
  readonly apps: Map<number, AppRecord>;
  readonly actionsApp: AppRecord;
  readonly installations: Map<number, Installation>;
  readonly repositories: Map<number, Repository>;
  /** Account id → variables that every repository of an organisation shares. */
  readonly organizationVariables: Map<number, Readonly<Record<string, string>>>;
  readonly tokens: Map<string, Token>;
  readonly deliveries: Delivery[];
  readonly pushListeners: ((push: Push) => void)[];
  readonly lineListeners: ((line: JobLine) => void)[];
  /** Webhooks under way and jobs running; `idle()` waits for it to be empty. */
  readonly pending: Set<Promise<unknown>>;
  /** What a caller did that GitHub would not forgive, or the stand-in does not know; `idle()` throws them. */
  readonly problems: string[];
  readonly faults: GitHubFaults;
  /** When each id was given out, and what reads answered lately: what stale reads are made of. */
  readonly madeAt: Map<number, number>;
  readonly answers: Map<string, { readonly at: number; readonly reply: Reply }>;
  runner: Runner | null;
  closing: boolean;
};

export const ACTIONS_APP_ID = 15368;

export function isoNow(state: State): string {
  return new Date(state.now()).toISOString().replace(/\.\d{3}Z$/, "Z");
}

/** Lets `idle()` wait for work that nobody awaits; its failure becomes a problem instead of an unhandled rejection. */
export function track(state: State, work: Promise<unknown>): void {
  const settled = work
    .catch((error: unknown) => {
      if (!state.closing) state.problems.push(`background work failed: ${String(error)}`);
    })
    .finally(() => state.pending.delete(settled));
  state.pending.add(settled);
}

export function accountByLogin(state: State, login: string): Account | undefined {
  const wanted = login.toLowerCase();
  return [...state.accounts.values()].find((account) => account.login.toLowerCase() === wanted);
}

export function repositoryByName(state: State, owner: string, name: string): Repository | undefined {
  const wanted = `${owner}/${name}`.toLowerCase();
  return [...state.repositories.values()].find((repo) => `${repo.owner.login}/${repo.name}`.toLowerCase() === wanted);
}

export function covers(installation: Installation, repo: Repository): boolean {
  if (installation.account.id !== repo.owner.id) return false;
  return installation.repositories === "all" || installation.repositories.includes(repo.name);
}

export function roleOf(repo: Repository, user: Account): Role | null {
  if (user.id === repo.owner.id) return "admin";
  const own = repo.collaborators.get(user.id) ?? (repo.private ? null : "read");
  const byTeams = repo.teams.filter(({ team }) => team.members.includes(user.id)).map(({ role }) => role);
  return ROLES.findLast((role) => role === own || byTeams.includes(role)) ?? null;
}

/** From least to most. */
const ROLES: readonly Role[] = ["read", "triage", "write", "maintain", "admin"];

export function createState(
  { journal, dir, now = Date.now }: Pick<GitHubOptions, "journal" | "dir" | "now">,
  faults: GitHubFaults,
): State {
  let lastId = 1000;
  const madeAt = new Map<number, number>();
  const nextId = () => {
    lastId += 1;
    madeAt.set(lastId, now());
    return lastId;
  };
  const createdAt = "2020-01-01T00:00:00Z";
  const github: Account = {
    id: 9919,
    login: "github",
    type: "Organization",
    name: "GitHub",
    email: null,
    createdAt,
  };
  const actionsBot: Account = {
    id: 41898282,
    login: "github-actions[bot]",
    type: "Bot",
    name: null,
    email: null,
    createdAt,
  };
  const actionsApp: AppRecord = {
    id: ACTIONS_APP_ID,
    slug: "github-actions",
    name: "GitHub Actions",
    clientId: "Iv1.05c79e9ad1f6bdfa",
    publicKey: () => null,
    permissions: { actions: "write", checks: "write", contents: "write", metadata: "read" },
    events: [],
    webhook: null,
    owner: github,
    bot: actionsBot,
    createdAt,
  };
  return {
    journal,
    dir,
    url: "",
    apiUrl: "",
    now,
    nextId,
    accounts: new Map([
      [github.id, github],
      [actionsBot.id, actionsBot],
    ]),
    apps: new Map([[actionsApp.id, actionsApp]]),
    actionsApp,
    installations: new Map(),
    repositories: new Map(),
    organizationVariables: new Map(),
    tokens: new Map(),
    deliveries: [],
    pushListeners: [],
    lineListeners: [],
    pending: new Set(),
    problems: [],
    faults,
    madeAt,
    answers: new Map(),
    runner: null,
    closing: false,
  };
}
