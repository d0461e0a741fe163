import type { GitHubApp, Powers } from "../adapters/github-app.ts";
import { createIssue, editIssue } from "../adapters/github-app-acts.ts";
import { issuesLabelled } from "../adapters/github-app-issues.ts";
import { type PolicyState, type PolicyStep, policySteps } from "../incident/policy-issue.ts";
import type { Repo } from "../incident/world.ts";
import type { Clock } from "../kernel/clock.ts";
import { digestOf } from "../kernel/digest.ts";
import type { Sha } from "../kernel/sha.ts";
import { brokenPolicyPage, mendedPolicyPage, POLICY_TITLE } from "../notice/policy-page.ts";
import type { Place } from "./concern.ts";
import type { Log } from "./log.ts";
import type { Policies } from "./policies.ts";

/**
 * Keeps one issue about a policy that cannot be read: open while the file at the head of the default branch is broken, closed
 * with a sentence when it is not. It must never stand in the way of a hold: it is asked by the sweep, and by looks that end well.
 */
export type PolicyDesk = {
  /** Whether the file is broken. Never throws: what could not be done is done by a later sweep. */
  settle(place: Place, head: Sha): Promise<boolean>;
};

export type PolicyDeskPorts = {
  readonly github: GitHubApp;
  readonly policies: Policies;
  readonly clock: Clock;
  readonly log: Log;
};

const POLICY_LABEL = "sentinel:policy";
/** Where nothing changed GitHub is asked again after so long: another replica may have left something. */
const ASK_AGAIN_MS = 3_600_000;

export function createPolicyDesk(ports: PolicyDeskPorts): PolicyDesk {
  const { github, policies, clock, log } = ports;
  const settled = new Map<number, { readonly state: string; readonly at: number }>();
  const underWay = new Map<number, Promise<unknown>>();

  const settle = async (place: Place, head: Sha): Promise<boolean> => {
    const { repo } = place;
    const reader = github.reader(place.installation);
    const own = await policies.own(reader, repo, head);
    const isBroken = own?.kind === "broken";
    const state = own === null ? "none" : own.kind === "broken" ? digestOf(own.problems) : "valid";
    const known = settled.get(repo.id);
    if (known?.state === state && clock.now() - known.at < ASK_AGAIN_MS) return isBroken;
    const law = await policies.lawAt(reader, repo, null, head);
    if (law.kind === "in-force" && law.mode === "off") return isBroken;
    const page = own?.kind === "broken" ? brokenPolicyPage(own.problems) : mendedPolicyPage(head, own === null);
    await carryOut(ports, place, { isBroken, page });
    settled.set(repo.id, { state, at: clock.now() });
    return isBroken;
  };

  return {
    settle: async (place, head) => {
      const before = underWay.get(place.repo.id) ?? Promise.resolve();
      const mine = before.then(() => settle(place, head));
      const quiet = mine.catch((error: unknown) => {
        log.warn({ repo: place.repo.name, err: error }, "the policy's issue could not be seen to");
        return false;
      });
      underWay.set(place.repo.id, quiet);
      const isBroken = await quiet;
      if (underWay.get(place.repo.id) === quiet) underWay.delete(place.repo.id);
      return isBroken;
    },
  };
}

/** After an issue was opened GitHub is asked once more: another replica may have opened one in the same moment. */
async function carryOut({ github }: PolicyDeskPorts, place: Place, state: PolicyState): Promise<void> {
  const { repo } = place;
  const reader = github.reader(place.installation);
  const find = async () =>
    (await issuesLabelled(reader, repo, POLICY_LABEL)).map(({ body, ...issue }) => ({
      ...issue,
      body: body ?? "",
    }));
  const steps = policySteps(await find(), state);
  if (steps.length === 0) return;
  const powers = github.powers(place.installation, repo.id);
  try {
    for (const step of steps) await take(powers, repo, step);
    if (!steps.some((step) => step.do === "open")) return;
    for (const step of policySteps(await find(), state)) if (step.do !== "open") await take(powers, repo, step);
  } finally {
    await powers.end();
  }
}

async function take(powers: Powers, repo: Repo, step: PolicyStep): Promise<void> {
  switch (step.do) {
    case "open":
      await createIssue(powers, repo, { title: POLICY_TITLE, body: step.page, labels: [POLICY_LABEL] });
      return;
    case "write": {
      const reason = step.state === "closed" ? { state_reason: "completed" } : {};
      // One request, so that the sentence and the state cannot part.
      return editIssue(powers, repo, step.number, { body: step.page, state: step.state, ...reason });
    }
    case "close-twin": {
      const body = `The same as #${step.of}, opened twice in the same moment.\n`;
      return editIssue(powers, repo, step.number, { body, state: "closed", state_reason: "not_planned" });
    }
  }
}
