import { createAuth0Approval } from "../../adapters/auth0-approval.ts";
import { createAuth0Vault } from "../../adapters/auth0-vault.ts";
import { createJobGitHub, type JobGitHub } from "../../adapters/github-job.ts";
import type { Memory } from "../../incident/memory.ts";
import type { Reason } from "../../incident/reason.ts";
import { withResponse } from "../../incident/remember/reports.ts";
import type { Sha } from "../../kernel/sha.ts";
import { planDigest } from "../../rollback/plan.ts";
import type { ActionContext, JobEnvironment } from "../context.ts";
import { readFailure } from "../failure.ts";
import { asksElsewhere, findAgain, findIncident } from "../find-incident.ts";
import type { RespondInputs } from "../inputs.ts";
import { withScratch } from "../scratch.ts";
import { createDesk, type Desk } from "./desk.ts";
import { NOTHING } from "./end.ts";
import { gate, type Run } from "./gate.ts";
import { cutShort } from "./grace.ts";
import { type Connect, createHands } from "./hands.ts";
import { createLeakWatch, type LeakWatch } from "./leak-watch.ts";
import { createLedger, type Ledger } from "./ledger.ts";
import { objectionToActing, objectionToAsking } from "./objection.ts";
import { findOurRevert } from "./our-revert.ts";
import { type Planned, planNow } from "./plan-now.ts";
import { readWish } from "./wish.ts";

/**
 * The phase `respond`: plan, ask, wait, redeem, revert. It must never believe the analysis beyond its choice, hold a power before
 * somebody's yes, or end a refusal as a success.
 */
export async function respond(given: ActionContext<RespondInputs>, connect: Connect): Promise<void> {
  const watch = createLeakWatch();
  const context = { ...given, output: watch.output(given.output) };
  const { env, inputs, clock } = context;
  watch.know("the job's own token", inputs.githubToken);
  watch.know("the private key of the Auth0 clients", inputs.auth0.privateKey);
  const chain = `respond:${env.runId}/${env.attempt}`;
  const ledger = createLedger({ repo: env.repo.id, incident: inputs.incident, chain }, clock);
  const github = watch.github(createJobGitHub(context.github, env.repo));
  const desk = createDesk(context, github, ledger);
  const whole = run({ context, github, connect, ledger, desk, watch }).catch((error: unknown) => ({
    end: { ...NOTHING, ...readFailure(error) },
    sealed: null,
  }));
  const { end, sealed } = await Promise.race([whole, cutShort(context.signal, ledger, desk)]);
  ledger.add({ kind: "ended", reason: end.reason, ...(end.plan ? { digests: { plan: planDigest(end.plan) } } : {}) });
  await desk.close(end, sealed);
  for (const { credential, where, encoding } of watch.leaks())
    given.output.fail(`A piece of ${credential} stands in the ${where} (${encoding}). Revoke it now.`);
}

type Parts = {
  readonly context: ActionContext<RespondInputs>;
  readonly github: JobGitHub;
  readonly connect: Connect;
  readonly ledger: Ledger;
  readonly desk: Desk;
  readonly watch: LeakWatch;
};

async function run({ context, github, connect, ledger, desk, watch }: Parts): Promise<Run> {
  const { inputs, env, output } = context;
  const found = await findIncident(context.github, env.repo, inputs);
  if (found.kind === "refused") return ended(found.reason);
  const { rulesetId } = found;
  const memory = await withEarlierAttempts(found.memory, github, env);
  const self = { id: env.runId, attempt: env.attempt };
  const early = objectionToAsking(memory, self);
  if (early !== null) return ended(early.reason, early.detail);
  const wish = readWish(inputs.proposal, { ...found, memory }, env.repo.id);
  if (wish.kind === "refused") return ended(wish.reason, wish.detail);
  const plannedOn = (head: Sha): Promise<Planned> =>
    withScratch(context, (git) => planNow(context, github, git, { ...wish, head }));
  const done = await findOurRevert(context.github, env.repo, wish, async (head) => {
    const there = await plannedOn(head);
    return there.kind === "plan" ? there.plan : null;
  });
  if (done !== null) {
    output.line(
      `The branch already stands on ${done}, the rollback of this incident; read back, it is what was planned.`,
    );
    return { end: { ...NOTHING, reason: "rolled-back", revertSha: done }, sealed: null };
  }
  const planned = await plannedOn(wish.head);
  if (planned.kind === "none") return ended(planned.reason, planned.detail);
  const { plan, makers, addresses, line, undone } = planned;
  const { branch, lastGood, undoes } = plan;
  const [movers, coAuthors] = await Promise.all([
    github.movers({ branch, lastGood, undoes, line, undone }),
    github.coAuthors(plan.expectedHead, addresses),
  ]);
  if (movers === null || coAuthors === null) return ended("partakers-unknown");
  const { domain, privateKey, audience, vaultClientId, connection } = inputs.auth0;
  const parts = {
    context,
    desk,
    ledger,
    rulesetId,
    objection: async () => {
      if (context.signal.aborted) return { reason: "cancelled" as const, detail: "" };
      return objectionToActing(memory, await findAgain(context.github, env.repo, found, inputs.appId), self);
    },
    asksElsewhere: [...(memory.earlierAsks ?? []), ...(await asksElsewhere(context.github, env.repo, inputs))],
    server: watch.server(createAuth0Approval(inputs.auth0, audience)),
    vault: createAuth0Vault({ domain, privateKey, clientId: vaultClientId }, connection, output.mask),
    hands: watch.hands(createHands(context, github, connect, wish, plan)),
  };
  return gate(parts, memory, plan, [...makers, ...movers, ...coAuthors]);
}

/** The App may be away, or not have heard yet how an earlier attempt of this run ended. */
async function withEarlierAttempts(memory: Memory, github: JobGitHub, env: JobEnvironment): Promise<Memory> {
  if (env.attempt === 1) return memory;
  const reports = await github.ownReports({ id: env.runId, sha: env.sha });
  return reports.filter(({ incident }) => incident === memory.incident).reduce(withResponse, memory);
}

function ended(reason: Reason, detail = ""): Run {
  return { end: { ...NOTHING, reason, detail }, sealed: null };
}
