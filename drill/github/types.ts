import type { Journal } from "../journal.ts";
import type { ActionSource } from "../runner/types.ts";
import type { GitHubFaults } from "./faults.ts";

/** The stand-in GitHub as tests, the drill and benchmarks see it. Its protocol side is GitHub's REST, git and webhooks. */

export type GitHubOptions = {
  readonly journal: Journal;
  /** An empty directory for repositories and job workspaces; the caller removes it. */
  readonly dir: string;
  readonly port?: number;
  /** Compiles the description's schemas ahead, for stories whose times are shown. */
  readonly warm?: boolean;
  /** Milliseconds since the epoch; tokens expire by it. The real time when absent. */
  readonly now?: () => number;
  /** What `uses:` resolves to in the mini runner, for example `sentinel-ai/respond@v1` → the checkout that has `action.yml`. */
  readonly actions?: Readonly<Record<string, ActionSource>>;
  /** Jobs wait for it before they start, as they wait for a machine. Default: at once. */
  readonly runnerIsFree?: () => Promise<void>;
  /** Extra environment of every job process (for example NODE_EXTRA_CA_CERTS). */
  readonly runnerEnv?: Readonly<Record<string, string>>;
};

export type UserSeed = {
  readonly login: string;
  readonly id?: number;
  readonly name?: string;
  readonly email?: string;
};

export type AppSeed = {
  readonly slug: string;
  readonly name: string;
  /** Granted to every installation of it: `{ administration: "write", contents: "read", … }`. */
  readonly permissions: Readonly<Record<string, "read" | "write">>;
  readonly events: readonly string[];
  readonly webhook?: { readonly url: string; readonly secret: string };
};

export type RepoSeed = {
  readonly owner: string;
  readonly name: string;
  readonly private?: boolean;
  readonly defaultBranch: string;
  /** Objects are borrowed (alternates) from this git directory, which is only read; may be shallow or lack promisor objects. */
  readonly borrowFrom?: string;
  /** Branch name → sha to start with; objects must exist in `borrowFrom`. */
  readonly branches?: Readonly<Record<string, string>>;
  /** Issues are on unless this is false. */
  readonly hasIssues?: boolean;
  /** login → role; the owner is admin. */
  readonly collaborators?: Readonly<Record<string, "admin" | "maintain" | "write" | "triage" | "read">>;
};

export type TeamSeed = {
  readonly organization: string;
  readonly slug: string;
  readonly name?: string;
  readonly members: readonly string[];
  /** Name of a repository of the organisation → what the team may do there. */
  readonly repositories: Readonly<Record<string, "admin" | "maintain" | "write" | "triage" | "read">>;
};

export type Environment = {
  readonly name: string;
  /** Branches whose jobs may use it; empty: all. */
  readonly branches: readonly string[];
  readonly secrets: Readonly<Record<string, string>>;
  readonly variables?: Readonly<Record<string, string>>;
};

export type RepoRef = { readonly id: number; readonly owner: string; readonly name: string; readonly gitDir: string };
export type Push = {
  readonly repo: RepoRef;
  readonly ref: string;
  readonly before: string;
  readonly after: string;
  readonly actor: string;
};
export type Conclusion = "success" | "failure" | "cancelled" | "timed_out" | "skipped" | "neutral";

export type GitHub = {
  /** `http://127.0.0.1:<port>`; git over smart HTTP at `<url>/<owner>/<name>.git`. */
  readonly url: string;
  /** `<url>/api/v3` */
  readonly apiUrl: string;

  addUser(seed: UserSeed): { readonly id: number; readonly login: string };
  addOrganization(login: string): { readonly id: number };
  addApp(seed: AppSeed): {
    readonly id: number;
    readonly slug: string;
    readonly privateKey: string;
    readonly clientId: string;
  };
  install(slug: string, owner: string, repositories: "all" | readonly string[]): { readonly id: number };
  addRepository(seed: RepoSeed): Promise<RepoRef>;
  /** The repositories must exist already. */
  addTeam(seed: TeamSeed): { readonly id: number };
  addEnvironment(repo: RepoRef, environment: Environment): void;
  setVariables(repo: RepoRef, variables: Readonly<Record<string, string>>): void;
  setOrganizationVariables(login: string, variables: Readonly<Record<string, string>>): void;
  /** Commits files (path → text) onto a branch by plumbing, creating it when needed; fires a push. */
  commitFiles(
    repo: RepoRef,
    branch: string,
    files: Readonly<Record<string, string>>,
    message: string,
    author: string,
  ): Promise<string>;
  /** A user-to-server token (`ghu_…`) of this user through the App `slug`: the App's permissions ∩ the user's rights. */
  userToken(login: string, slug: string): string;
  revokeUserToken(token: string): void;

  /** What CI and deployers do. Each fires its webhooks, as the actor's app. */
  readonly ci: {
    /** A workflow run of `path` on `sha` with one job, its log and its check run, already finished. */
    finishedRun(run: {
      readonly repo: RepoRef;
      readonly path: string;
      readonly name: string;
      readonly job: string;
      readonly sha: string;
      readonly branch: string;
      readonly conclusion: Conclusion;
      /** The workflow file, where somebody may run it again. */
      readonly text?: string;
      /** The environment that its job names: Actions makes a deployment for it, in the name of whoever started the run. */
      readonly environment?: string;
      /** Login of who started the run; without it, the repository's owner. */
      readonly startedBy?: string;
      readonly log: string;
      readonly annotations?: readonly { readonly path: string; readonly line: number; readonly message: string }[];
    }): {
      readonly runId: number;
      readonly jobId: number;
      readonly checkRunId: number;
      readonly jobUrl: string;
      readonly deployment: number | null;
    };
    deployment(deployment: {
      readonly repo: RepoRef;
      readonly sha: string;
      readonly ref: string;
      readonly environment: string;
      readonly creator: string;
    }): { readonly id: number };
    deploymentStatus(status: {
      readonly repo: RepoRef;
      readonly deployment: number;
      readonly state: "queued" | "in_progress" | "success" | "failure" | "error" | "inactive";
      readonly description?: string;
      readonly logUrl?: string;
    }): { readonly id: number };
  };

  onPush(listener: (push: Push) => void): void;
  /** Every masked log line of a job, as it is written. */
  onJobLine(listener: (line: { readonly runId: number; readonly job: string; readonly text: string }) => void): void;
  /** Read-only views of the state, for assertions and for `--keep`. */
  readonly state: {
    rulesets(repo: RepoRef): readonly { readonly id: number; readonly name: string; readonly source: unknown }[];
    issues(repo: RepoRef): readonly {
      readonly number: number;
      readonly title: string;
      readonly body: string;
      readonly state: "open" | "closed";
      readonly labels: readonly string[];
      readonly assignees: readonly string[];
      readonly comments: readonly { readonly id: number; readonly author: string; readonly body: string }[];
    }[];
    checkRuns(repo: RepoRef, sha: string): readonly Readonly<Record<string, unknown>>[];
    runs(repo: RepoRef): readonly {
      readonly id: number;
      readonly path: string;
      readonly status: string;
      readonly conclusion: string | null;
      readonly attempt: number;
      readonly jobs: readonly {
        readonly id: number;
        readonly name: string;
        readonly conclusion: string | null;
        readonly log: string;
        /** The Markdown of its step summaries. */
        readonly summary: string;
        readonly outputs: Readonly<Record<string, string>>;
      }[];
    }[];
    environments(repo: RepoRef): readonly {
      readonly name: string;
      readonly lets: "all" | "protected" | "named";
      readonly branches: readonly string[];
      readonly waitTimer: number;
      readonly reviewers: readonly string[];
    }[];
    head(repo: RepoRef, branch: string): Promise<string>;
    /** The annotations of every attempt's jobs of one run, in the order they were written. */
    annotations(
      repo: RepoRef,
      runId: number,
    ): readonly {
      readonly job: string;
      readonly level: string;
      readonly path: string;
      readonly line: number;
      readonly title: string;
      readonly message: string;
    }[];
  };
  /** As a person does in the web interface. */
  readonly person: {
    /** Makes the environment when it is not there. */
    setSecret(repo: RepoRef, environment: string, name: string, value: string): void;
    comment(repo: RepoRef, issue: number, login: string, body: string): { readonly id: number };
    cancelRun(repo: RepoRef, runId: number): Promise<void>;
    rerunFailed(repo: RepoRef, runId: number, login: string): Promise<void>;
    deleteRuleset(repo: RepoRef, id: number, login: string): void;
  };
  /** What goes wrong between callers and GitHub; docs/faults.md lists the switches. */
  readonly faults: GitHubFaults;
  /** What callers did that GitHub would not forgive or the stand-in does not know, oldest first. */
  problems(): readonly string[];
  /** For tests that misuse it on purpose. */
  forgetProblems(): void;
  /** Resolves when no webhook is under way and no job runs; throws the problems, if there are any. */
  idle(): Promise<void>;
  close(): Promise<void>;
};
