import type { Powers, Reader } from "../adapters/github-app.ts";
import { createIssue, editIssue } from "../adapters/github-app-acts.ts";
import { type Issue, openIncidents } from "../adapters/github-app-issues.ts";
import type { Command } from "../incident/command.ts";
import { explain } from "../incident/reason.ts";
import type { World } from "../incident/world.ts";
import { shortSha } from "../kernel/sha.ts";
import { code, safeText } from "../notice/safe-text.ts";

/** Issues of ours that are no incidents: what would have been done, and a policy that cannot be read. One of each is enough. */

type Desk = { readonly github: Reader; readonly powers: Powers; readonly appId: number };

export const SHADOW_LABEL = "sentinel:shadow";
export const POLICY_LABEL = "sentinel:policy";
const MOST_CHARS = 60_000;

/** One issue for the repository, one line for each head and source. */
export async function reportShadow(
  desk: Desk,
  world: World,
  { head, signal, reason }: Extract<Command, { do: "report-shadow" }>,
): Promise<void> {
  const mark = `<!-- ${encodeURIComponent(world.branch)} ${head} ${encodeURIComponent(signal.source)} -->`;
  const says = signal.reading.kind === "none" ? "" : safeText(signal.reading.says, 300);
  const at = signal.reading.kind === "none" ? "" : `${signal.reading.at}: `;
  const line = `- ${at}would have held ${code(world.branch, 100)} at ${code(shortSha(head), 12)} (${signal.severity}). ${says} ${explain(reason)} ${mark}`;
  const issue = await ours(desk, world, SHADOW_LABEL);
  if (issue === null) {
    const body = `Nothing here was held.\n\n${line}\n`;
    await createIssue(desk.powers, world.repo, {
      title: "What Sentinel would have done",
      body,
      labels: [SHADOW_LABEL],
    });
    return;
  }
  const body = issue.body ?? "";
  if (body.includes(mark) || body.length > MOST_CHARS) return;
  await editIssue(desk.powers, world.repo, issue.number, { body: `${body.trimEnd()}\n${line}\n` });
}

export async function reportPolicy(desk: Desk, world: World, problems: readonly string[]): Promise<void> {
  const lines = problems.slice(0, 50).map((problem) => `- ${safeText(problem, 300)}`);
  const body = [
    "`.github/sentinel.yml` cannot be used as it is. The last valid policy stays in force; without one, nothing is held.",
    "",
    ...lines,
    "",
  ].join("\n");
  const issue = await ours(desk, world, POLICY_LABEL);
  if (issue === null) {
    await createIssue(desk.powers, world.repo, {
      title: "Sentinel cannot read its policy",
      body,
      labels: [POLICY_LABEL],
    });
    return;
  }
  if ((issue.body ?? "").trim() !== body.trim()) await editIssue(desk.powers, world.repo, issue.number, { body });
}

async function ours({ github, appId }: Desk, world: World, label: string): Promise<Issue | null> {
  return (await openIncidents(github, world.repo, appId, label))[0] ?? null;
}
