import type { WatchEvent } from "../../src/cli/watch/watched.ts";
import { RESPONDER_WORKFLOW } from "../../src/incident/names.ts";
import { type Answering, answerPushes } from "./answer.ts";
import type { Arguments } from "./arguments.ts";
import { createDeployer } from "./deployer.ts";
import { keepEverything } from "./keep.ts";
import { type DrillResult, isHeld, readOutcome, responderReports } from "./outcome.ts";
import { ENVIRONMENT } from "./policy.ts";
import { brokenPromises } from "./promises.ts";
import type { Rehearsal } from "./rehearsal.ts";
import { type Stage, setStage } from "./stage.ts";
import { createLogTeller, createTeller, tellRequest } from "./teller.ts";
import type { Timeline } from "./timeline.ts";

/** The whole line, once: a good deploy, a bad one, and everything that follows until nothing moves any more. */
export type Played = { readonly result: DrillResult; readonly broken: readonly string[] };

const POLL_MS = 50;
/** Nothing has asked any stand-in for anything for so long: the App has written its last page. */
const QUIET_MS = 400;
const PATIENCE_MS = 90_000;
const PATIENCE_WITH_A_PERSON_MS = 330_000;

export async function play(
  args: Arguments,
  rehearsal: Rehearsal,
  timeline: Timeline,
  show: (event: WatchEvent) => void,
  workDir: string,
  signal: AbortSignal,
): Promise<Played> {
  const stage = await setStage(args, rehearsal, timeline, workDir);
  let answering: Answering | null = null;
  try {
    signal.throwIfAborted();
    const { github, repo } = stage;
    const teller = createTeller(timeline, show);
    const deployer = createDeployer(github, repo, rehearsal, args.signal);
    answering = answerPushes(args, stage, timeline.now, teller);
    timeline.onEntry((entry) => tellRequest(teller, entry));
    github.onJobLine(createLogTeller(timeline, show));

    await deployer.deploy(rehearsal.good);
    await github.idle();
    teller.note(`${rehearsal.good.slice(0, 12)} is deployed and works.`);

    const deploys: Promise<unknown>[] = [];
    github.onPush((push) => {
      if (push.repo.id !== repo.id || push.ref !== `refs/heads/${rehearsal.branch}`) return;
      deploys.push(deployNewHead(push.after));
    });
    const deployNewHead = async (sha: string) => {
      await responderIsDone(stage, signal);
      await timeline.quiet();
      const { ok } = await deployer.deploy(sha);
      teller.note(`${sha.slice(0, 12)} is deployed and ${ok ? "works" : "is broken"}.`);
    };
    const signalAt = timeline.now();
    teller.reached(
      "signal",
      `${SAYS[args.signal]} failed on ${rehearsal.bad.slice(0, 12)} at the head of ${rehearsal.branch}`,
    );
    await deployer.deploy(rehearsal.bad);
    await untilNothingMoves(args, stage, timeline, signal);
    await answering.finish();
    await Promise.all(deploys);

    const result = await readOutcome(stage, rehearsal, timeline, answering, signalAt);
    teller.ended(result.outcome === "rolled-back", `${result.outcome} (${result.reason})`);
    if (args.keep !== null) await keepEverything(args.keep, stage, rehearsal, timeline);
    return { result, broken: brokenPromises(args, rehearsal, stage, timeline, result) };
  } finally {
    answering?.stop();
    await stage.close();
  }
}

const SAYS = {
  deployment: `the deployment to ${ENVIRONMENT}`,
  check: "the required check",
  workflow: "the deploy workflow",
} as const;

/** Waits for the responder's last run, then for the App to have seen it. A drill that hangs ends and says what it saw. */
async function untilNothingMoves(
  args: Arguments,
  stage: Stage,
  timeline: Timeline,
  signal: AbortSignal,
): Promise<void> {
  const until = timeline.now() + (args.answer === "ask" ? PATIENCE_WITH_A_PERSON_MS : PATIENCE_MS);
  while (timeline.now() < until) {
    signal.throwIfAborted();
    if (hasEnded(args, stage) && timeline.quietFor() > QUIET_MS) return stage.github.idle();
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

async function responderIsDone({ github, repo }: Stage, signal: AbortSignal): Promise<void> {
  const runs = () => github.state.runs(repo).filter((run) => run.path === RESPONDER_WORKFLOW);
  while (runs().some((run) => run.status !== "completed")) {
    signal.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

function hasEnded(args: Arguments, stage: Stage): boolean {
  const { github, repo } = stage;
  const run = github.state.runs(repo).find((one) => one.path === RESPONDER_WORKFLOW);
  if (run?.status !== "completed") return false;
  const response = responderReports(stage).findLast((report) => report.phase === "respond");
  if (args.answer === "late" && run.attempt < 2 && !args.kill.includes("auth0")) return false;
  return response?.phase === "respond" && response.outcome === "rolled-back" ? !isHeld(stage) : true;
}
