import type { Sha } from "../kernel/sha.ts";
import type { Policy, Severity } from "../policy/schema.ts";
import type { PlanKind } from "./diagnosis.ts";
import type { Memory } from "./memory.ts";
import type { HoldName } from "./names.ts";
import type { Reason } from "./reason.ts";
import type { Report } from "./report.ts";

/**
 * What was read from GitHub about one branch, as plain data. It must never hold what a webhook merely claimed: every field
 * was read by API, and a field exists only where it can.
 */
export type World = {
  readonly repo: Repo;
  readonly branch: string;
  /** Where the branch is gone, the bad head of the incident it leaves behind. */
  readonly head: Sha;
  /** Deleted or renamed: nothing can be seen of it, and nothing but a person's order ends its incident. */
  readonly isGone: boolean;
  readonly law: Law;
  /** The configured sources that were read on the head; a look for one event may read that event's source alone. */
  readonly signals: readonly Signal[];
  /** Our rulesets on this branch, lowest id first. */
  readonly holds: readonly Hold[];
  /** Why GitHub would not let us hold, when we just tried. */
  readonly holdRefused: string | null;
  readonly incident: Incident | null;
  /** Incidents of this repository within the last day. */
  readonly recent: number;
  /** Pushes sent for incidents of the last day that are over. */
  readonly earlierAsks: readonly { readonly at: string; readonly approverId: number }[];
  /** Who moved the branch past our hold; null where that was not looked for, as while it stands where it was held. */
  readonly moves: Moves | null;
  /** The bad head of a closed incident was deployed again, though the branch stands elsewhere. */
  readonly isRedeployed: boolean;
  /** Whether the responder's ref is as it must be; null when it was not read. */
  readonly responder: Reason | "ready" | null;
  /** What an authorised person asked for in this look. */
  readonly order: Order | null;
  /** What could not be done in this look, for people to read. */
  readonly missed: readonly string[];
  readonly notices: { readonly pageStale: boolean; readonly slackStale: boolean };
};

export type Repo = {
  readonly id: number;
  readonly owner: string;
  readonly name: string;
  readonly url: string;
  readonly defaultBranch: string;
  /** Whether there can be an incident issue; absent where GitHub was not asked. */
  readonly hasIssues?: boolean;
};

export type Reading =
  | {
      readonly kind: "failing" | "passing" | "pending";
      /** ISO 8601 UTC. */
      readonly at: string;
      /** One sentence of ours, with the source's own words quoted: hostile text. */
      readonly says: string;
      readonly url: string | null;
    }
  /** No evidence is a verdict of its own: it neither holds nor releases. */
  | { readonly kind: "none"; readonly why: Reason };

export type Signal = {
  readonly source: string;
  readonly severity: Severity;
  readonly reading: Reading;
  /** How many failures GitHub lists of it at this revision; counts where it fails. */
  readonly failures: number;
  /** Newest conclusive result of this source on another revision. Only green → red is an incident of this head. */
  readonly before: "green" | "red" | "unknown";
  readonly lastGood: Sha | null;
  /** The workflow run whose failed jobs are to run once more before this counts; null when nothing has to be confirmed. */
  readonly rerun: number | null;
};

/** Which rules are in force, and how far they let us go. */
export type Law =
  | { readonly kind: "none" }
  | { readonly kind: "broken" }
  | {
      readonly kind: "in-force";
      readonly policy: Policy;
      readonly digest: string;
      readonly mode: Policy["mode"];
      /** Why the mode is what it is. */
      readonly because: "policy" | "organisation" | "setting" | "no-last-good";
    };

export type Hold = {
  readonly id: number;
  readonly name: HoldName;
  /** Whether it still says what we wrote; null when it was not read back. */
  readonly intact: boolean | null;
};

export type Moves =
  | { readonly kind: "seen"; readonly moves: readonly Move[] }
  /** GitHub did not show it. */
  | { readonly kind: "unknown" };

/** A push that somebody's place among those who may pass let through, by GitHub's own record. */
export type Move = {
  readonly suite: number;
  /** GitHub login. */
  readonly by: string | null;
  readonly byId: number | null;
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly commit: Sha;
};

export type Incident = {
  /** It stood before this look, begun by another, which may have died over it. */
  readonly isFound: boolean;
  readonly badHead: Sha;
  /** Null until the issue exists. */
  readonly number: number | null;
  readonly issue: { readonly state: "open" | "closed"; readonly body: string } | null;
  /** Open issues of ours about the same head, besides `number`. */
  readonly twins: readonly number[];
  /** The memory as GitHub holds it. */
  readonly stored: { readonly checkRunId: number; readonly memory: Memory } | null;
  readonly run: Run | null;
  /** What the responder's jobs reported, oldest first. */
  readonly reports: readonly Report[];
  /** The Slack message, when it was sent in this look. */
  readonly slack: Told | null;
  /** The time limit for which people were called in this look. */
  readonly calledFor: string | null;
  /** Moves past the hold of which people were told in this look. */
  readonly toldOf: readonly number[];
  /** Whom the issue was assigned to in this look. */
  readonly assigned: readonly string[] | null;
};

/** Where the message stands, and what it and the last reply in its thread said; null where there was nothing to reply. */
export type Told = {
  readonly channel: string;
  readonly ts: string;
  /** Null where Slack may show something older. */
  readonly digest: string | null;
  readonly thread: string | null;
};

export type Run = {
  readonly id: number;
  readonly attempt: number;
  readonly status: string;
  readonly conclusion: string | null;
  readonly url: string;
};

/** What a person with the right role asked for by a command; the permission was read before it became an order. */
export type Order = {
  /** The comment it was given in, so that it is carried out once; for a click in Slack a negative number of its own. */
  readonly comment: number;
  readonly by: string;
  /** Their GitHub id. */
  readonly byId?: number;
} & (
  | { readonly kind: "release" | "false-alarm"; readonly why: string }
  | { readonly kind: "extend"; readonly until: string }
  | { readonly kind: "retry" | "deny" }
  | { readonly kind: "rollback"; readonly plan: PlanKind | null; readonly shas: readonly string[] }
);
