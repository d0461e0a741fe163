import { summaryOf } from "../../src/action/respond/desk.ts";
import { checkRunOutput } from "../../src/notice/check-run.ts";
import type { IncidentFacts } from "../../src/notice/facts.ts";
import { issuePage, issueTitle } from "../../src/notice/issue-page.ts";
import { jobComment, parseSealed } from "../../src/notice/job-comment.ts";
import { responseSummary } from "../../src/notice/job-summary.ts";
import { authorizationDetails, bindingMessage } from "../../src/notice/phone.ts";
import { slackMessage, slackThreadUpdate } from "../../src/notice/slack-message.ts";
import { commitMessage } from "../../src/rollback/commit-message.ts";
import { liveMarks } from "../../test/notice/live-marks.ts";
import type { Carried } from "./carriers.ts";
import { type Played, responseOf } from "./play.ts";

/** Everything that people or machines would be shown of one case, by where it is shown. */
export type Shown = {
  readonly markdown: readonly string[];
  readonly plain: readonly string[];
  readonly slack: readonly string[];
};

const REPO = "https://github.com/acme/shop";

export function showAll(played: Played, carried: Carried, serverUrl: string): Shown {
  const { memory, plan } = played;
  const response = responseOf(played);
  const facts: IncidentFacts = {
    repo: { owner: "acme", name: "shop", url: REPO },
    memory,
    hold: { kind: "held", rulesetId: 1, bypass: ["lead"] },
    signal: {
      says: carried["deployment-description"],
      url: `https://evil.example/${encodeURIComponent(carried.annotation)}`,
    },
    run: { url: `${REPO}/actions/runs/1`, attempt: 1, status: "completed", isOver: true },
    analysis: played.reports.find((report) => report.phase === "analyse") ?? null,
    response,
  };
  const thread = slackThreadUpdate(facts);
  const note = plan && jobComment(noteOf(plan, carried), null);
  return {
    markdown: [
      issuePage(facts),
      checkRunOutput(memory).summary,
      played.summary.replaceAll(`${serverUrl}/acme/shop`, REPO),
      ...(response ? [responseSummary(response, REPO)] : []),
      ...(note ? [note] : []),
    ],
    plain: [
      issueTitle(memory),
      checkRunOutput(memory).title,
      ...played.log,
      ...(plan
        ? [bindingMessage(plan), ...words(authorizationDetails(plan)), ...commitMessage(plan, [LEAD], null).split("\n")]
        : []),
    ],
    slack: [...mrkdwn(slackMessage(facts).blocks), ...(thread ? mrkdwn(thread.blocks) : [])],
  };
}

/** What is live in what is shown; a comment of ours that carries a forged sealed block counts too. */
export function unsafe({ markdown, plain, slack }: Shown, runId: number): readonly string[] {
  return [
    ...markdown.flatMap((text) =>
      liveMarks(text.replace(/^Incident #\d+/, "Incident"), [`${REPO}/`, "https://github.com/lead"]),
    ),
    ...markdown.flatMap((text) => (parseSealed(text, runId) === null ? [] : ["a sealed block"])),
    ...plain.flatMap(
      (text) =>
        text
          .match(/^\s*(?:::|##\[)|[\p{Cc}\p{Cf}\p{Cs}]/u)
          ?.slice(0, 1)
          .map((found) => `plain: ${JSON.stringify(found)}`) ?? [],
    ),
    ...slack.flatMap(
      (text) =>
        text
          .match(/<[^>]*>|@\w|\w:\/\//)
          ?.slice(0, 1)
          .map((found) => `slack: ${found}`) ?? [],
    ),
  ];
}

const LEAD = { github: "lead", id: 501, auth0: "auth0|lead", approves: ["sev1" as const] };

function noteOf(plan: NonNullable<Played["plan"]>, carried: Carried) {
  return {
    runId: 1,
    attempt: 1,
    runUrl: `${REPO}/actions/runs/1`,
    plan: summaryOf(plan),
    asks: [],
    outcome: "failed" as const,
    said: carried["issue-comment"],
    approver: null,
    revertSha: null,
  };
}

function words(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(words) : [];
}

function mrkdwn(value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null || ("type" in value && value.type === "plain_text")) return [];
  return Object.entries(value).flatMap(([key, part]) =>
    key === "text" && typeof part === "string" ? [part] : mrkdwn(part),
  );
}
