import type { Powers, Reader } from "../adapters/github-app.ts";
import { createIssue, editIssue } from "../adapters/github-app-acts.ts";
import { type Issue, openIncidents } from "../adapters/github-app-issues.ts";
import type { Command } from "../incident/command.ts";
import { explain } from "../incident/reason.ts";
import type { World } from "../incident/world.ts";
import { shortSha } from "../kernel/sha.ts";
import { code, safeText } from "../notice/safe-text.ts";

/** The issue of a repository that says what would have been done, and the next when it is full. It must never say that it was done. */

type Desk = { readonly github: Reader; readonly powers: Powers };

const SHADOW_LABEL = "sentinel:shadow";
/** GitHub takes 65,536; a line has some hundreds. */
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
  // Only the mode kept it from being held: for any other reason it would not be in the mode `act` either.
  const what = reason === "mode-shadow" ? "would have held" : "did not hold";
  const line = `- ${at}${what} ${code(world.branch, 100)} at ${code(shortSha(head), 12)} (${signal.severity}). ${says} ${explain(reason)} ${mark}`;
  const issue = await newest(desk, world);
  const body = issue?.body ?? "";
  if (body.includes(mark)) return;
  if (issue !== null && body.length < MOST_CHARS) {
    await editIssue(desk.powers, world.repo, issue.number, { body: `${body.trimEnd()}\n${line}\n` });
    return;
  }
  await createIssue(desk.powers, world.repo, {
    title: "What Sentinel would have done",
    body: `Nothing here was held.\n\n${line}\n`,
    labels: [SHADOW_LABEL],
  });
}

async function newest({ github }: Desk, world: World): Promise<Issue | null> {
  return (await openIncidents(github, world.repo, SHADOW_LABEL)).at(-1) ?? null;
}
