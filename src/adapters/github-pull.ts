import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import type { Sha } from "../kernel/sha.ts";
import type { PullRequest, Written } from "../rollback/perform.ts";
import { GitHubError, type GitHubRequest } from "./github-request.ts";
import type { Push } from "./github-user.ts";

/**
 * One commit onto a branch that takes pull requests alone. GitHub cannot be told where the base must stand, so that is read
 * right before each try; it must never leave its temporary branch behind while it lives.
 */
export type PullPorts = {
  readonly request: GitHubRequest;
  readonly at: { readonly owner: string; readonly repo: string };
  readonly head: (branch: string) => Promise<Sha | null>;
  /** By git where the commit is not on GitHub yet. */
  readonly push: Push | null;
};

export async function mergeAsPullRequest(ports: PullPorts, pull: PullRequest): Promise<Written> {
  const { request, at, push } = ports;
  const ref = `heads/${pull.temporary}`;
  try {
    if (push) await push.moveBranch(pull.temporary, pull.commit, null);
    else await request("POST /repos/{owner}/{repo}/git/refs", { ...at, ref: `refs/${ref}`, sha: pull.commit });
    const opened = { ...at, title: pull.title, head: pull.temporary, base: pull.branch, body: pull.message };
    const { data } = await request("POST /repos/{owner}/{repo}/pulls", opened);
    return await merge(ports, pull, Opened.parse(data).number);
  } catch (error) {
    return { isTaken: false, said: said(error) };
  } finally {
    // Left behind it would only be a name; the rollback is judged by the branch.
    await request("DELETE /repos/{owner}/{repo}/git/refs/{ref}", { ...at, ref }).catch(() => {});
  }
}

/** The first leaves one commit on the head, as the plan says; repositories may forbid any of them. */
const METHODS = ["squash", "rebase", "merge"] as const;

async function merge(ports: PullPorts, pull: PullRequest, number: number): Promise<Written> {
  const body = pull.message.slice(pull.message.indexOf("\n")).trimStart();
  const words = { commit_title: pull.title, commit_message: body };
  let refusal: Written = { isTaken: false, said: "" };
  for (const method of METHODS) {
    refusal = await oncePossible(ports, pull, { pull_number: number, merge_method: method, ...words });
    if (refusal.isTaken !== false || !/not allowed/i.test(refusal.said)) return refusal;
  }
  return refusal;
}

/** GitHub finds out in the background whether a new pull request can be merged, and says no until it knows. */
async function oncePossible(ports: PullPorts, pull: PullRequest, how: object): Promise<Written> {
  for (let attempt = 0; ; attempt++) {
    const base = await ports.head(pull.branch);
    if (base !== pull.base) return { isTaken: false, said: `the branch moved to ${base} before the merge` };
    const sent = await send(ports, { sha: pull.commit, ...how });
    if (sent.isTaken !== false || !NOT_YET.test(sent.said) || attempt >= RETRIES) return sent;
    await delay(PAUSE_MS);
  }
}

const NOT_YET = /not mergeable|base branch was modified/i;
const RETRIES = 3;
const PAUSE_MS = 1000;

async function send({ request, at }: PullPorts, merge: object): Promise<Written> {
  try {
    await request("PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge", { ...at, ...merge });
    return { isTaken: true, said: "" };
  } catch (error) {
    const isRefusal = error instanceof GitHubError && error.code !== "unavailable";
    return { isTaken: isRefusal ? false : null, said: said(error) };
  }
}

function said(error: unknown): string {
  return error instanceof Error ? error.message.slice(0, 500) : "no words";
}

const Opened = z.looseObject({ number: z.int().positive() });
