import type { Powers, Reader } from "../adapters/github-app.ts";
import { createIssue, editIssue } from "../adapters/github-app-acts.ts";
import { type Issue, openIncidents } from "../adapters/github-app-issues.ts";
import type { Command } from "../incident/command.ts";
import { explain } from "../incident/reason.ts";
import type { World } from "../incident/world.ts";
import { shortSha } from "../kernel/sha.ts";
import { code, safeText } from "../notice/safe-text.ts";

/** The one issue of a repository that says what would have been done. It must never say that it was done. */

type Desk = { readonly github: Reader; readonly powers: Powers };

const SHADOW_LABEL = "sentinel:shadow";
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

async function ours({ github }: Desk, world: World, label: string): Promise<Issue | null> {
  return (await openIncidents(github, world.repo, label))[0] ?? null;
}
