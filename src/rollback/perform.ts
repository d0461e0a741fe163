import type { Reason } from "../incident/reason.ts";
import type { Sha } from "../kernel/sha.ts";
import type { Credential } from "../vault/credential.ts";
import { commitMessage, commitTitle } from "./commit-message.ts";
import { type Plan, planCode, planDigest } from "./plan.ts";

/**
 * Runs one approved plan with the approver's own rights. It must never run anything but the plan whose digest the credential
 * was released for, never force a ref, and never use the credential for anything else.
 */
export type RollbackWriter = {
  /** Numeric id of the person whose token this is. */
  whoAmI(): Promise<number>;
  /** What the hold's ruleset lets this person do. */
  bypass(rulesetId: number): Promise<string>;
  head(branch: string): Promise<Sha | null>;
  createCommit(commit: { readonly message: string; readonly tree: Sha; readonly parent: Sha }): Promise<Sha>;
  /** Fast-forward only, from `from` (null: there is no such branch yet). Throws when GitHub refuses, and `LostAnswer`. */
  moveBranch(branch: string, to: Sha, from: Sha | null): Promise<void>;
  /** Through a temporary branch, which is gone afterwards. Throws nothing. */
  mergeAsPullRequest(pull: PullRequest): Promise<Written>;
  readCommit(sha: Sha): Promise<CommitFacts>;
};

export type PullRequest = {
  readonly branch: string;
  /** Where the branch must stand. */
  readonly base: Sha;
  readonly temporary: string;
  readonly commit: Sha;
  readonly title: string;
  readonly message: string;
};

/** `isTaken` is null where an answer was lost; `said` are GitHub's words. */
export type Written = { readonly isTaken: boolean | null; readonly said: string };

/** A write was sent, and nobody said what came of it. */
export class LostAnswer extends Error {
  override readonly name = "LostAnswer";
}

export type CommitFacts = { readonly tree: Sha; readonly parents: readonly Sha[] };

type Refused = { readonly kind: "refused"; readonly reason: Reason; readonly detail: string };
export type Reverted =
  | { readonly kind: "rolled-back"; readonly sha: Sha; readonly parent: Sha; readonly tree: Sha }
  /** It was sent, and nobody can see what came of it. `commit` is what would stand there; null where GitHub would make it. */
  | { readonly kind: "unknown"; readonly commit: Sha | null; readonly detail: string }
  | Refused;

export type Objection = { readonly reason: Reason; readonly detail: string };

export type RevertPorts = {
  readonly writer: RollbackWriter;
  readonly rulesetId: number;
  /** Makes the plan again from scratch. */
  readonly recompute: () => Promise<Plan | null>;
  /** What speaks against the rollback by now, as far as anybody said so elsewhere than on the phone. */
  readonly objection: () => Promise<Objection | null>;
  /** Where the job's record stands, for the commit's trailer. */
  readonly record: string | null;
  readonly now: () => number;
  /** Whether there is still time after it. */
  readonly pause: (ms: number) => Promise<boolean>;
};

/**
 * Each check comes before the first write. A write is judged by reading back what stands on the branch, also when its answer
 * was lost.
 */
export async function revert(plan: Plan, credential: Credential, ports: RevertPorts): Promise<Reverted> {
  const { writer } = ports;
  const { approver } = credential;
  if (credential.digest !== planDigest(plan)) return refused("plan-changed", "the credential is for another plan");
  if ((await writer.whoAmI()) !== approver.id)
    return refused("credential-not-theirs", `expected GitHub user ${approver.id}`);
  const bypass = await writer.bypass(ports.rulesetId);
  if (bypass !== "always") return refused("bypass-missing", `GitHub says: ${bypass}`);
  const again = await ports.recompute();
  if (again === null || planDigest(again) !== credential.digest)
    return refused("plan-changed", "computed again from scratch, it is another plan");
  return (await lastLook(plan, credential, ports)) ?? write(plan, credential, ports);
}

/** What may have changed until this very moment. */
async function lastLook(plan: Plan, credential: Credential, ports: RevertPorts): Promise<Refused | null> {
  const [head, objection] = await Promise.all([ports.writer.head(plan.branch), ports.objection()]);
  if (objection !== null) return refused(objection.reason, objection.detail);
  if (head !== plan.expectedHead) return refused("head-moved", `expected ${plan.expectedHead}, found ${head}`);
  return ports.now() > credential.validUntil ? refused("approval-expired", "the yes is too old by now") : null;
}

async function write(plan: Plan, credential: Credential, ports: RevertPorts): Promise<Reverted> {
  const { writer } = ports;
  const message = commitMessage(plan, credential.approvers, ports.record);
  let commit: Sha;
  try {
    commit = await writer.createCommit({ message, tree: plan.resultingTree, parent: plan.expectedHead });
  } catch (error) {
    return refused("write-refused", said(error));
  }
  const moved = await move(plan, commit, writer);
  if (moved.isTaken !== false || !DEMANDS_PULL_REQUEST.test(moved.said)) {
    const judged = await readBack(plan, commit, moved, ports);
    return judged.kind === "unknown" ? { ...judged, commit } : judged;
  }
  const late = await lastLook(plan, credential, ports);
  if (late !== null) return late;
  const { branch, expectedHead: base } = plan;
  const pull = { branch, base, temporary: temporaryBranch(plan, commit), commit, title: commitTitle(plan), message };
  return readBack(plan, commit, await writer.mergeAsPullRequest(pull), ports);
}

async function move(plan: Plan, commit: Sha, writer: RollbackWriter): Promise<Written> {
  try {
    await writer.moveBranch(plan.branch, commit, plan.expectedHead);
    return { isTaken: true, said: "" };
  } catch (error) {
    return { isTaken: error instanceof LostAnswer ? null : false, said: said(error) };
  }
}

/** GitHub's words, in rulesets and in classic protection, where a branch takes changes by pull request alone. */
const DEMANDS_PULL_REQUEST = /through a pull request/i;

/** Named after the commit too, so that one which a lost runner left behind is in nobody's way. */
function temporaryBranch(plan: Plan, commit: Sha): string {
  return `sentinel-rollback-${plan.incident}-${planCode(plan).toLowerCase()}-${commit.slice(0, 12)}`;
}

/** What was not refused is looked for again, since a read may fail, or show for a moment what stood there before. */
async function readBack(plan: Plan, commit: Sha, written: Written, ports: RevertPorts): Promise<Reverted> {
  for (let look = 1; ; look++) {
    const judged = await judge(plan, commit, written, ports.writer).catch((error: unknown) => unseen(said(error)));
    if (judged.kind === "unknown" && written.isTaken === false) return refused("write-refused", written.said);
    if (judged.kind !== "unknown" || look >= LOOKS || !(await ports.pause(BETWEEN_LOOKS_MS))) return judged;
  }
}

const LOOKS = 3;
const BETWEEN_LOOKS_MS = 2000;

/** On the branch stands either our commit itself or a merge of it: with the planned tree, on the expected head. */
async function judge(plan: Plan, commit: Sha, written: Written, writer: RollbackWriter): Promise<Reverted> {
  const head = await writer.head(plan.branch);
  if (head === plan.expectedHead) return unseen(written.said || "the branch still stands where it stood");
  if (head === null) return written.isTaken === false ? refused("head-moved", GONE) : unseen(GONE);
  const { tree, parents } = await writer.readCommit(head);
  const [first, ...more] = parents;
  const isOurs = first === plan.expectedHead && more.every((parent) => parent === commit);
  // GitHub merges onto wherever the branch stands, so a merge may have landed on something that nobody approved; and
  // somebody may have pushed onto ours already.
  if (!isOurs && written.isTaken !== false) return refused("read-back-differs", `written, but ${head} stands there`);
  if (!isOurs) return refused("head-moved", `expected ${plan.expectedHead}, found ${head}`);
  if (tree !== plan.resultingTree) return refused("read-back-differs", `the tree is ${tree}`);
  return { kind: "rolled-back", sha: head, parent: first, tree };
}

const GONE = "the branch is gone";

function unseen(detail: string): Reverted {
  return { kind: "unknown", commit: null, detail };
}

function refused(reason: Reason, detail: string): Refused {
  return { kind: "refused", reason, detail };
}

function said(error: unknown): string {
  return error instanceof Error ? error.message.slice(0, 500) : "no words";
}
