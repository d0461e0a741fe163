/** What the stand-in keeps of each thing. Handlers change these records; nothing else does. Git objects and refs live in bare repositories. */

export type Level = "read" | "write";

export type Permissions = Readonly<Record<string, Level>>;

export type Role = "admin" | "maintain" | "write" | "triage" | "read";

export type Account = {
  readonly id: number;
  readonly login: string;
  readonly type: "User" | "Organization" | "Bot";
  readonly name: string | null;
  readonly email: string | null;
  readonly createdAt: string;
};

export type AppRecord = {
  readonly id: number;
  readonly slug: string;
  readonly name: string;
  readonly clientId: string;
  /** Null: nobody can speak as this App. */
  readonly publicKey: () => string | null;
  readonly permissions: Permissions;
  readonly events: readonly string[];
  readonly webhook: { readonly url: string; readonly secret: string } | null;
  readonly owner: Account;
  readonly bot: Account;
  readonly createdAt: string;
};

export type Installation = {
  readonly id: number;
  readonly app: AppRecord;
  readonly account: Account;
  readonly repositories: "all" | readonly string[];
  readonly createdAt: string;
};

export type Token =
  | {
      readonly kind: "installation";
      readonly installation: Installation;
      readonly permissions: Permissions;
      /** Null: every repository of the installation. */
      readonly repositories: readonly number[] | null;
      readonly expiresAt: number;
    }
  | {
      readonly kind: "job";
      readonly repo: Repository;
      readonly job: string;
      readonly permissions: Permissions;
      readonly expiresAt: number;
    }
  | { readonly kind: "user"; readonly user: Account; readonly app: AppRecord; readonly expiresAt: number };

export type BypassActor = {
  readonly actor_id: number | null;
  readonly actor_type: string;
  readonly bypass_mode: string;
};

export type Rule = { readonly type: string; readonly parameters?: Readonly<Record<string, unknown>> };

export type Ruleset = {
  readonly id: number;
  name: string;
  target: string;
  enforcement: string;
  bypassActors: readonly BypassActor[];
  conditions: { readonly include: readonly string[]; readonly exclude: readonly string[] };
  rules: readonly Rule[];
  readonly createdAt: string;
  updatedAt: string;
};

export type RuleSuite = {
  readonly id: number;
  readonly actor: Account | null;
  readonly before: string;
  readonly after: string;
  readonly ref: string;
  readonly pushedAt: string;
  readonly result: "pass" | "fail" | "bypass";
  readonly evaluations: readonly {
    readonly ruleset: { readonly id: number; readonly name: string };
    readonly rule: string;
    readonly result: "pass" | "fail";
    readonly details: string | null;
  }[];
};

export type Deployment = {
  readonly id: number;
  readonly sha: string;
  readonly ref: string;
  readonly task: string;
  readonly environment: string;
  readonly production: boolean;
  readonly transient: boolean;
  readonly payload: unknown;
  readonly description: string | null;
  readonly creator: Account;
  readonly app: AppRecord | null;
  readonly createdAt: string;
  updatedAt: string;
  readonly statuses: DeploymentStatus[];
};

export type DeploymentStatus = {
  readonly id: number;
  readonly state: string;
  readonly description: string;
  readonly environment: string;
  readonly environmentUrl: string;
  readonly logUrl: string;
  readonly targetUrl: string;
  readonly creator: Account;
  readonly createdAt: string;
};

export type CheckAnnotation = {
  readonly path: string;
  readonly start_line: number;
  readonly end_line: number;
  readonly start_column: number | null;
  readonly end_column: number | null;
  readonly annotation_level: string;
  readonly title: string | null;
  readonly message: string;
  readonly raw_details: string | null;
};

export type CheckRun = {
  readonly id: number;
  /** Only this app may change it. */
  readonly app: AppRecord;
  readonly suite: CheckSuite;
  readonly headSha: string;
  name: string;
  detailsUrl: string | null;
  externalId: string;
  status: string;
  conclusion: string | null;
  startedAt: string | null;
  completedAt: string | null;
  title: string | null;
  summary: string | null;
  text: string | null;
  readonly annotations: CheckAnnotation[];
  /** Made for the job whose check run this is. */
  deployment: Deployment | null;
};

export type CheckSuite = {
  readonly id: number;
  readonly app: AppRecord;
  readonly headSha: string;
  readonly headBranch: string | null;
  /** Actions opens a suite for each run; other apps have one for each commit. */
  readonly run: number | null;
  readonly createdAt: string;
  updatedAt: string;
};

export type CommitStatus = {
  readonly id: number;
  readonly sha: string;
  readonly state: string;
  readonly context: string;
  readonly description: string | null;
  readonly targetUrl: string | null;
  readonly creator: Account;
  readonly createdAt: string;
};

export type Label = { readonly id: number; name: string; color: string; description: string | null };

export type Reaction = {
  readonly id: number;
  readonly user: Account;
  readonly content: string;
  readonly createdAt: string;
};

export type Comment = {
  readonly id: number;
  readonly user: Account;
  readonly app: AppRecord | null;
  body: string;
  readonly createdAt: string;
  updatedAt: string;
  readonly reactions: Reaction[];
};

export type Issue = {
  readonly id: number;
  readonly number: number;
  title: string;
  body: string | null;
  state: "open" | "closed";
  stateReason: string | null;
  locked: boolean;
  labels: string[];
  assignees: Account[];
  readonly user: Account;
  readonly app: AppRecord | null;
  readonly createdAt: string;
  updatedAt: string;
  closedAt: string | null;
  closedBy: Account | null;
  readonly comments: Comment[];
  readonly reactions: Reaction[];
  readonly pull: Pull | null;
};

export type Pull = {
  readonly id: number;
  readonly headRef: string;
  readonly baseRef: string;
  draft: boolean;
  merged: { readonly sha: string; readonly by: Account; readonly at: string } | null;
  /** Head and base when it was closed; open pulls follow their branches. */
  closedAt: { readonly head: string; readonly base: string } | null;
};

export type Workflow = {
  readonly id: number;
  readonly path: string;
  name: string;
  state: "active" | "disabled_manually";
  readonly createdAt: string;
  updatedAt: string;
};

export type Job = {
  readonly id: number;
  readonly key: string;
  readonly name: string;
  readonly attempt: number;
  readonly createdAt: string;
  startedAt: string;
  completedAt: string | null;
  status: string;
  conclusion: string | null;
  log: string;
  summary: string;
  outputs: Readonly<Record<string, string>>;
  readonly checkRun: CheckRun;
};

export type Run = {
  readonly id: number;
  readonly number: number;
  readonly workflow: Workflow;
  readonly workflowText: string;
  readonly displayTitle: string;
  readonly event: string;
  readonly headBranch: string;
  readonly headSha: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly actor: Account;
  readonly suite: CheckSuite;
  readonly createdAt: string;
  triggeringActor: Account;
  attempt: number;
  status: string;
  conclusion: string | null;
  startedAt: string;
  updatedAt: string;
  readonly jobs: Job[];
  readonly earlier: { readonly attempt: number; readonly conclusion: string | null; readonly startedAt: string }[];
  cancel: (() => Promise<void>) | null;
};

export type Activity = {
  readonly id: number;
  readonly before: string;
  readonly after: string;
  readonly ref: string;
  readonly timestamp: string;
  readonly type: "push" | "force_push" | "branch_deletion" | "branch_creation" | "pr_merge";
  readonly actor: Account;
};

export type BranchPolicy = { readonly id: number; readonly name: string; readonly type: "branch" | "tag" };

export type EnvironmentRecord = {
  readonly id: number;
  readonly name: string;
  readonly createdAt: string;
  updatedAt: string;
  /** `protected`: branches with classic protection; where a repository has none, as here always, GitHub lets in all. */
  lets: "all" | "protected" | "named";
  readonly branches: BranchPolicy[];
  waitTimer: number;
  reviewers: readonly Account[];
  preventsSelfReview: boolean;
  readonly secrets: Map<string, { readonly value: string; readonly createdAt: string; updatedAt: string }>;
  readonly variables: Readonly<Record<string, string>>;
};

/** A team of an organisation: what it may do in a repository, each of its members may. */
export type Team = {
  readonly id: number;
  readonly organization: Account;
  readonly slug: string;
  readonly name: string;
  readonly members: readonly number[];
};

export type Repository = {
  readonly id: number;
  readonly owner: Account;
  readonly name: string;
  readonly private: boolean;
  hasIssues: boolean;
  readonly defaultBranch: string;
  readonly gitDir: string;
  readonly createdAt: string;
  pushedAt: string;
  readonly collaborators: Map<number, Role>;
  readonly teams: { readonly team: Team; readonly role: Role }[];
  readonly rulesets: Map<number, Ruleset>;
  readonly ruleSuites: RuleSuite[];
  readonly deployments: Deployment[];
  readonly checkRuns: CheckRun[];
  readonly checkSuites: CheckSuite[];
  readonly statuses: CommitStatus[];
  readonly issues: Issue[];
  readonly labels: Label[];
  readonly workflows: Workflow[];
  readonly runs: Run[];
  readonly activities: Activity[];
  readonly environments: EnvironmentRecord[];
  variables: Readonly<Record<string, string>>;
  /** Writes to refs happen one after the other, as on one file server. */
  writing: Promise<unknown>;
};

export type Delivery = {
  readonly id: number;
  readonly guid: string;
  readonly app: AppRecord;
  readonly deliveredAt: string;
  readonly redelivery: boolean;
  readonly duration: number;
  readonly status: string;
  readonly statusCode: number;
  readonly event: string;
  readonly action: string | null;
  readonly installationId: number | null;
  readonly repositoryId: number | null;
  readonly request: { readonly headers: Readonly<Record<string, string>>; readonly payload: Record<string, unknown> };
  readonly response: { readonly headers: Readonly<Record<string, string>>; readonly body: string };
};
