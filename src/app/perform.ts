import type { Powers, Reader } from "../adapters/github-app.ts";
import {
  cancelRun,
  comment,
  createIssue,
  createRuleset,
  deleteRuleset,
  dispatchResponder,
  editIssue,
  readBackRuleset,
  replaceRuleset,
  rerunFailedJobs,
  saveMemory,
} from "../adapters/github-app-acts.ts";
import { commentsOn } from "../adapters/github-app-issues.ts";
import { readResponder } from "../adapters/github-app-responder.ts";
import { type OurRuleset, ourRulesets } from "../adapters/github-app-rulesets.ts";
import { GitHubError } from "../adapters/github-request.ts";
import type { Done } from "../incident/advance.ts";
import type { Command } from "../incident/command.ts";
import { holdName, INCIDENT_LABEL } from "../incident/names.ts";
import type { Repo, World } from "../incident/world.ts";
import { assertNever } from "../kernel/assert-never.ts";
import type { Sha } from "../kernel/sha.ts";
import { checkRunOutput } from "../notice/check-run.ts";
import { callPeopleComment } from "../notice/command-answer.ts";
import { issueTitle } from "../notice/issue-page.ts";
import { moveComment } from "../notice/moves.ts";
import { holdBody, isIntact } from "../quarantine/hold.ts";
import { judgeResponder } from "../quarantine/responder.ts";
import { assignPeople } from "./assign.ts";
import { factsOf, pageOf, type SlackVoice, slackKeys, slackOf } from "./facts.ts";
import { reportShadow } from "./report.ts";

/** What a look may act with. */
export type Hands = {
  readonly github: Reader;
  readonly powers: Powers;
  /** Null where Slack is not configured. */
  readonly slack: SlackVoice | null;
  readonly appId: number;
};

/**
 * Does one command, once or twice alike, and says what GitHub answered. It must never touch what is not ours: every id it
 * deletes or changes was found by our own name or our own App.
 */
export async function perform(hands: Hands, world: World, command: Command): Promise<Done> {
  const { powers } = hands;
  const { repo } = world;
  switch (command.do) {
    case "hold-branch":
      return hold(hands, world, command);
    case "verify-hold":
      return readBack(hands, world, command);
    case "name-hold": {
      const { id, badHead, incident } = command;
      const bypass = world.incident?.stored?.memory.policy.people ?? policyPeople(world);
      await replaceRuleset(
        powers,
        repo,
        id,
        holdBody(
          world.branch,
          badHead,
          incident,
          bypass.map((one) => one.id),
        ),
      );
      return { did: "name-hold", id, incident };
    }
    case "remove-twin":
    case "release-branch":
      await gone(deleteRuleset(powers, repo, command.id));
      return { did: command.do, id: command.id };
    case "check-responder":
      return { did: "check-responder", state: judgeResponder(await readResponder(hands.github, repo)) };
    case "open-incident": {
      const { draft } = command;
      const body = pageOf(world, draft);
      const issue = { title: issueTitle(draft), body, labels: [INCIDENT_LABEL, draft.severity] };
      return { did: "open-incident", number: await createIssue(powers, repo, issue), body };
    }
    case "remember": {
      const { checkRunId, memory } = command;
      const id = await saveMemory(powers, repo, checkRunId, memory, checkRunOutput(memory));
      return { did: "remember", checkRunId: id, memory };
    }
    case "dispatch-responder":
      return { did: "dispatch-responder", run: await dispatchResponder(powers, repo, command.incident) };
    case "confirm-by-rerun":
      await rerunFailedJobs(powers, repo, command.run);
      return { did: "report" };
    case "rerun-responder":
      await rerunFailedJobs(powers, repo, command.run);
      return { did: "rerun-responder" };
    case "cancel-responder":
      await cancelRun(powers, repo, command.run);
      return { did: "cancel-responder" };
    case "assign-people":
      return { did: "assign-people", logins: await assignPeople(hands, repo, command.memory) };
    case "call-people":
      await sayOnce(hands, repo, command.memory.incident, {
        words: callPeopleComment(factsOf(world, command.memory)),
        mark: `called ${command.since}`,
      });
      return { did: "call-people", since: command.since };
    case "tell-of-move":
      await sayOnce(hands, repo, command.memory.incident, {
        words: moveComment(command.memory, command.move, repo.url),
        mark: `move ${command.move.suite}`,
      });
      return { did: "tell-of-move", suite: command.move.suite };
    case "update-page": {
      const body = pageOf(world, command.memory);
      await editIssue(powers, repo, command.memory.incident, { body });
      return { did: "update-page", body };
    }
    case "tell-slack":
      return tellSlack(hands, world, command);
    case "close-incident":
      await editIssue(powers, repo, command.incident, { state: "closed", state_reason: "completed" });
      return { did: "close-incident" };
    case "reopen-incident":
      await editIssue(powers, repo, command.incident, { state: "open" });
      return { did: "reopen-incident" };
    case "close-twin":
      await sayOnce(hands, repo, command.twin, {
        words: `The same incident as #${command.incident}, opened twice at the same moment.`,
        mark: "twin",
      });
      await editIssue(powers, repo, command.twin, { state: "closed", state_reason: "not_planned" });
      return { did: "close-twin", twin: command.twin };
    case "report-shadow":
      await reportShadow(hands, world, command);
      return { did: "report" };
    default:
      return assertNever(command);
  }
}

async function hold(
  { powers, github }: Hands,
  world: World,
  command: Extract<Command, { do: "hold-branch" }>,
): Promise<Done> {
  const { repo, branch } = world;
  const body = holdBody(branch, command.head, null, command.bypass);
  try {
    const { id, name } = await createRuleset(powers, repo, body);
    return { did: "hold-branch", id, name, head: command.head };
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error;
    if (error.code === "forbidden" || error.code === "not-found")
      return { did: "find-hold-refused", why: error.message.slice(0, 300) };
    if (error.code !== "refused" && error.code !== "unavailable") throw error;
    // It may stand all the same: made by another replica, or by us before the answer was lost.
    const standing = await findHold(github, repo, branch, command.head);
    if (standing === null) {
      if (error.code === "refused") return { did: "find-hold-refused", why: error.message.slice(0, 300) };
      // Seen not to be there, so it may be made once more.
      const { id, name } = await createRuleset(powers, repo, body);
      return { did: "hold-branch", id, name, head: command.head };
    }
    if (error.code === "refused") return { did: "lose-race" };
    const name = holdName(branch, command.head, standing.name.incident);
    return { did: "hold-branch", id: standing.id, name, head: command.head };
  }
}

/** GitHub may not keep two rulesets from having one name, so where another replica was first, ours goes again. */
async function readBack(
  { powers, github }: Hands,
  world: World,
  { id, bypass }: Extract<Command, { do: "verify-hold" }>,
): Promise<Done> {
  const { repo, branch } = world;
  const [seen, ours] = await Promise.all([readBackRuleset(powers, repo, id), ourRulesets(github, repo)]);
  const mine = ours.find((one) => one.id === id);
  const isTwin = ours.some(
    ({ id: other, name }) => other < id && name.branch === branch && name.badHead === mine?.name.badHead,
  );
  if (!isTwin) return { did: "verify-hold", id, intact: isIntact(seen, branch, bypass) };
  await gone(deleteRuleset(powers, repo, id));
  return { did: "lose-race" };
}

async function findHold(github: Reader, repo: Repo, branch: string, head: Sha): Promise<OurRuleset | null> {
  const ours = await ourRulesets(github, repo);
  return ours.find(({ name }) => name.branch === branch && head.startsWith(name.badHead)) ?? null;
}

/** Once, whether or not it is remembered that it was said: the mark tells what a comment is about. */
async function sayOnce(
  { powers, github, appId }: Hands,
  repo: Repo,
  issue: number,
  { words, mark }: { readonly words: string; readonly mark: string },
): Promise<void> {
  const line = `<!-- ${mark} -->`;
  const said = await commentsOn(github, repo, issue, appId);
  if (!said.some((body) => body.includes(line))) await comment(powers, repo, issue, `${words}\n\n${line}`);
}

async function tellSlack(
  { slack }: Hands,
  world: World,
  { memory }: Extract<Command, { do: "tell-slack" }>,
): Promise<Done> {
  const settings = memory.policy.slack;
  if (slack === null || settings === undefined) return { did: "report" };
  const { message, digest, thread, threadDigest } = slackOf(world, memory, slack.hasButtons);
  const { channel, connection } = settings;
  const keys = slackKeys(world, memory, threadDigest);
  const posted = await slack.post({ channel, connection, message, edit: memory.slack, thread, keys });
  const { isThreadTold, ...place } = posted;
  // Slack may have known the message of an incident that was found unfinished, and shows what it said then.
  const isAsSent = memory.slack !== null || world.incident?.isFound === false;
  const told = { ...place, digest: isAsSent ? digest : null, thread: isThreadTold ? threadDigest : null };
  return { did: "tell-slack", told };
}

function policyPeople(world: World) {
  return world.law.kind === "in-force" ? world.law.policy.people : [];
}

/** What is gone already is as good as deleted. */
async function gone(deletion: Promise<void>): Promise<void> {
  try {
    await deletion;
  } catch (error) {
    if (!(error instanceof GitHubError && error.code === "not-found")) throw error;
  }
}
