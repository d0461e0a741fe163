import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { createJobGitHub } from "../adapters/github-job.ts";
import { GitHubError, type GitHubRequest } from "../adapters/github-request.ts";
import { readBlocks } from "../audit/block.ts";
import { type AuditRow, auditRow, EXPORT_NOTE, type UnreadableIncident } from "../audit/period.ts";
import { type Evidence, verify } from "../audit/verify.ts";
import { verifyChain } from "../audit/verify-chain.ts";
import type { Memory } from "../incident/memory.ts";
import { INCIDENT_LABEL } from "../incident/names.ts";
import { checkRunMemory, readLocal } from "./evidence.ts";
import { allPages, connect, readIssue } from "./incident-from-github.ts";
import { verifyWithCommits } from "./verify.ts";
import { writeOut } from "./write-out.ts";
import { isHelp, wrongUsage } from "./wrong-usage.ts";

const USAGE = `usage: sentinel export --from YYYY-MM-DD --to YYYY-MM-DD (--repo owner/name | FOLDER…) [--out FILE]

Writes one JSON with every incident opened in the period (both days included): from GitHub (GITHUB_TOKEN;
SENTINEL_APP_ID: believe this App alone), or from folders that \`npm run drill -- --keep\` left. Exit 1 when a record
does not verify, or a page was edited so that its incident cannot be found. Exit 2: bad usage.`;

/** One JSON of a period's incidents. Gives the exit code. */
export async function exportCommand(args: readonly string[], out: NodeJS.WritableStream): Promise<number> {
  if (isHelp(args)) {
    out.write(`${USAGE}\n`);
    return 0;
  }
  const wanted = parse(args);
  if (typeof wanted === "string") {
    out.write(`${wanted}\n\n${USAGE}\n`);
    return 2;
  }
  const { from, to, repo, folders, file } = wanted;
  const found = repo === null ? await fromFolders(folders) : await fromGitHub(await connect(), repo, from);
  const isInside = (at: string): boolean => at.slice(0, 10) >= from && at.slice(0, 10) <= to;
  const incidents = found.rows.filter(({ detection }) => isInside(detection.at));
  const unreadable = found.unreadable.filter(({ openedAt }) => isInside(openedAt));
  const period = { v: 1, from, to, note: EXPORT_NOTE, incidents, unreadable };
  writeOut(file, `${JSON.stringify(period, null, 2)}\n`, out);
  const isWhole = incidents.every(({ verification }) => verification.verdict === "intact") && unreadable.length === 0;
  return isWhole ? 0 : 1;
}

type Found = { readonly rows: readonly AuditRow[]; readonly unreadable: readonly UnreadableIncident[] };

async function fromFolders(folders: readonly string[]): Promise<Found> {
  const rows = folders.map(async (folder) => {
    const file = join(folder, "check-run.json");
    const memory = existsSync(file) ? checkRunMemory(readFileSync(file, "utf8")) : null;
    if (memory === null) throw new Error(`${folder}: no memory of an incident in check-run.json`);
    const { evidence, gitDir } = readLocal(folder);
    return auditRow(folder, memory, entriesOf(evidence), await verifyWithCommits(evidence, gitDir), null);
  });
  return { rows: await Promise.all(rows), unreadable: [] };
}

const Listed = z.looseObject({
  number: z.int(),
  created_at: z.string(),
  user: z.looseObject({ login: z.string() }).nullish(),
});
type Listed = z.infer<typeof Listed>;

async function fromGitHub(
  github: GitHubRequest,
  [owner, repo]: readonly [string, string],
  from: string,
): Promise<Found> {
  const repository = `${owner}/${repo}`;
  const list = (query: object): Promise<readonly Listed[]> =>
    allPages(
      github,
      "GET /repos/{owner}/{repo}/issues",
      { owner, repo, state: "all", since: `${from}T00:00:00Z`, ...query },
      Listed,
    );
  const rows = new Map<number, AuditRow>();
  const writers = new Set<string>();
  const nameless: (UnreadableIncident & { readonly writer: string })[] = [];
  const read = async ({ number, created_at, user }: Listed): Promise<void> => {
    if (rows.has(number)) return;
    const { evidence, memory, isByAnApp } = await readIssue(github, owner, repo, number);
    const writer = user?.login ?? "";
    if (memory === null) {
      if (isByAnApp) nameless.push({ repository, incident: number, openedAt: created_at, writer });
      return;
    }
    writers.add(writer);
    const entries = entriesOf(evidence);
    const isAuthor = await approverIsAuthor(github, { owner, repo }, memory, entries);
    rows.set(number, auditRow(repository, memory, entries, verify(evidence), isAuthor));
  };
  const labelled = await list({ labels: INCIDENT_LABEL });
  for (const issue of labelled) await read(issue);
  const lost = nameless.filter(({ writer }) => writers.size === 0 || writers.has(writer));
  // Whoever may write can take a label away.
  for (const creator of writers) for (const issue of await list({ creator })) await read(issue);
  const unreadable = lost.map(({ writer: _, ...incident }) => incident);
  return { rows: [...rows.values()].sort((a, b) => a.incident - b.incident), unreadable };
}

type Entries = ReturnType<typeof entriesOf>;

function entriesOf({ text }: Evidence) {
  return readBlocks(text).blocks.flatMap((block) => verifyChain(block).entries);
}

/** Reads GitHub's accounts of everything between the last good revision and the bad head: at least what was undone. */
async function approverIsAuthor(
  github: GitHubRequest,
  at: { readonly owner: string; readonly repo: string },
  memory: Memory,
  entries: Entries,
): Promise<boolean | null> {
  const approver = entries.find(({ kind, reason }) => kind === "answered" && reason === "approved")?.person;
  if (approver === undefined || memory.lastGood === null) return null;
  const job = createJobGitHub(github, { owner: at.owner, name: at.repo });
  try {
    const { accounts } = await job.compare(memory.lastGood, memory.badHead);
    return accounts.some(({ partaker }) => partaker.id === approver.id);
  } catch (error) {
    // Commits that are gone, or more than GitHub names: nobody can say any more.
    if (error instanceof GitHubError) return null;
    throw error;
  }
}

type Wanted = {
  readonly from: string;
  readonly to: string;
  readonly repo: readonly [string, string] | null;
  readonly folders: readonly string[];
  readonly file: string | null;
};

function parse(args: readonly string[]): Wanted | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { from: { type: "string" }, to: { type: "string" }, repo: { type: "string" }, out: { type: "string" } },
      allowPositionals: true,
    });
    const { from, to, repo } = values;
    if (!isDay(from)) return `--from wants a day such as 2026-11-01, not "${from ?? ""}".`;
    if (!isDay(to)) return `--to wants a day such as 2026-11-30, not "${to ?? ""}".`;
    if (from > to) return `--from ${from} lies after --to ${to}.`;
    const file = values.out ?? null;
    if (repo === undefined) {
      if (positionals.length === 0) return "Name a repository with --repo, or folders.";
      return { from, to, repo: null, folders: positionals, file };
    }
    if (positionals.length > 0) return "Name either a repository with --repo, or folders.";
    const [, owner, name] = /^([\w.-]+)\/([\w.-]+)$/.exec(repo) ?? [];
    return owner && name
      ? { from, to, repo: [owner, name], folders: [], file }
      : `--repo wants owner/name, not "${repo}".`;
  } catch (error) {
    return wrongUsage(error);
  }
}

function isDay(day: string | undefined): day is string {
  return /^\d{4}-\d\d-\d\d$/.test(day ?? "") && new Date(`${day}T00:00:00Z`).toJSON()?.slice(0, 10) === day;
}
